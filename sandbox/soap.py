"""SOAP: login and the few calls around it; everything else is a fault."""

from collections.abc import Mapping
from typing import Final
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from sandbox.credentials import USERNAME, Refused
from sandbox.http_messages import Answer
from sandbox.service import Call, Service, route


#: From this version on there is no login() any more.
NO_LOGIN_SINCE: Final = 65

XML: Final = "text/xml;charset=UTF-8"

INVALID_LOGIN: Final = "Invalid username, password, security token; or user locked out."
INVALID_SESSION: Final = "Invalid Session ID found in SessionHeader: Illegal Session"


class Fault(Exception):  # noqa: N818 -- SOAP's word for it
    """A SOAP call that is refused."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


def soap(service: Service, call: Call) -> Answer:
    """Answer a SOAP call."""
    enterprise = call.parts["flavour"].lower() == "c"
    flavour = "enterprise" if enterprise else "partner"
    try:
        inner = answer(service, call)
    except Fault as fault:
        return Answer(status=500, content=fault_envelope(fault, flavour), kind=XML)
    envelope = (
        '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope '
        'xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
        f'xmlns="urn:{flavour}.soap.sforce.com" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<soapenv:Body>{inner}</soapenv:Body></soapenv:Envelope>"
    )
    return Answer(content=envelope.encode(), kind=XML)


def answer(service: Service, call: Call) -> str:
    """The body of the answer."""
    number = int(call.parts["number"])
    names = values_of(call.incoming.body)
    method = names.get("", "")
    if method == "login":
        if number >= NO_LOGIN_SINCE:
            message = "The login() call is not available in this version of SOAP API"
            raise Fault("UNSUPPORTED_API_VERSION", message)
        return login(service, call, names)
    if not service.sessions.alive(names.get("sessionId", "")):
        raise Fault("INVALID_SESSION_ID", INVALID_SESSION)
    match method:
        case "logout":
            service.sessions.close(names["sessionId"])
            return "<logoutResponse/>"
        case "getUserInfo":
            told = element("result", user_info(service))
            return f"<getUserInfoResponse>{told}</getUserInfoResponse>"
        case "getServerTimestamp":
            now = f"{service.now():%Y-%m-%dT%H:%M:%S.000Z}"
            told = f"<result><timestamp>{now}</timestamp></result>"
            return f"<getServerTimestampResponse>{told}</getServerTimestampResponse>"
    raise Fault(
        "UNSUPPORTED_CLIENT", f"The sandbox does not serve {method or 'that'}()"
    )


def values_of(body: bytes) -> dict[str, str]:
    """The text of every element by its local name; under "" the called method.

    A document type would only be needed for tricks with entities, so it is refused.
    """
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise Fault("UNKNOWN_EXCEPTION", "DOCTYPE is not allowed")
    try:
        root = ET.fromstring(body)  # noqa: S314 -- no document type, no entities
    except ET.ParseError as error:
        raise Fault(
            "UNKNOWN_EXCEPTION", f"Premature end of file or: {error}"
        ) from error
    found = {local(e.tag): (e.text or "").strip() for e in root.iter()}
    called = [e for part in root if local(part.tag) == "Body" for e in part]
    if called:
        found[""] = local(called[0].tag)
    return found


def local(tag: str) -> str:
    """An element's name without its namespace."""
    return tag.rpartition("}")[2]


def login(service: Service, call: Call, names: Mapping[str, str]) -> str:
    """A session for a username and password."""
    try:
        service.doorkeeper.password(
            names.get("username", ""), names.get("password", "")
        )
    except Refused as refused:
        raise Fault("INVALID_LOGIN", INVALID_LOGIN) from refused
    root = f"{service.base_url}/services/Soap"
    version, org = f"{call.parts['number']}.0", service.org_id[:15]
    told = {
        "metadataServerUrl": f"{root}/m/{version}/{org}",
        "passwordExpired": "false",
        "sandbox": "false",
        "serverUrl": f"{root}/{call.parts['flavour']}/{version}/{org}",
        "sessionId": service.sessions.open(),
        "userId": service.user_id,
    }
    inner = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in told.items())
    inner += element("userInfo", user_info(service))
    return f"<loginResponse><result>{inner}</result></loginResponse>"


def user_info(service: Service) -> dict[str, str]:
    """What SOAP tells of the user."""
    return {
        "accessibilityMode": "false",
        "currencySymbol": "$",
        "organizationId": service.org_id,
        "organizationMultiCurrency": "false",
        "organizationName": "Sandbox",
        "profileId": "00e000000000001AAA",
        "sessionSecondsValid": "7200",
        "userDefaultCurrencyIsoCode": "USD",
        "userEmail": USERNAME,
        "userFullName": "Integration User",
        "userId": service.user_id,
        "userLanguage": "en_US",
        "userLocale": "en_US",
        "userName": USERNAME,
        "userTimeZone": "UTC",
        "userType": "Standard",
        "userUiSkin": "Theme3",
    }


def element(name: str, values: Mapping[str, str]) -> str:
    """An element with one child per value."""
    inner = "".join(f"<{key}>{escape(text)}</{key}>" for key, text in values.items())
    return f"<{name}>{inner}</{name}>"


def fault_envelope(fault: Fault, flavour: str) -> bytes:
    """A fault as the service words it."""
    code, text = fault.code, escape(fault.message)
    kind = "LoginFault" if code == "INVALID_LOGIN" else "UnexpectedErrorFault"
    return (
        '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope '
        'xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
        f'xmlns:sf="urn:fault.{flavour}.soap.sforce.com" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<soapenv:Body><soapenv:Fault><faultcode>sf:{code}</faultcode>"
        f"<faultstring>{code}: {text}</faultstring><detail>"
        f'<sf:{kind} xsi:type="sf:{kind}">'
        f"<sf:exceptionCode>{code}</sf:exceptionCode>"
        f"<sf:exceptionMessage>{text}</sf:exceptionMessage>"
        f"</sf:{kind}></detail></soapenv:Fault></soapenv:Body></soapenv:Envelope>"
    ).encode()


SOAP: Final = r"/services/Soap/(?P<flavour>[uc])/(?P<number>\d+)(\.\d)?(/[^/]+)?"
ROUTES: Final = (route(SOAP, soap, "POST", counted=False, proof=""),)
