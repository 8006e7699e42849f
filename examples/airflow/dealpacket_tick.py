"""Airflow asks every quarter of an hour what is due; dealpacket remembers the rest.

No catch-up and one run at a time: a missed run is caught up by the next one, which
knows from its own ledger what was sent. The worker's environment names the files of
the secrets, such as DEALPACKET_CLIENT_SECRET_FILE.
"""

from datetime import UTC, datetime, timedelta

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG


with DAG(
    dag_id="dealpacket_tick",
    description="Pipeline review packets: everything that is due now, once",
    schedule="*/15 * * * *",
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    tags=["sales"],
):
    BashOperator(
        task_id="tick",
        bash_command=(
            "exec /opt/dealpacket/bin/dealpacket "
            "--config /etc/dealpacket/dealpacket.toml tick"
        ),
        append_env=True,
        retries=0,
        execution_timeout=timedelta(minutes=50),
    )
