// Reads an organisation with jsforce, as its documentation says, and tells what it got.
// Run by tests/test_peers.py with one argument: what to read, as JSON.
import { createRequire } from "node:module";

const { folder, proxy, username, password, queries, span, some } = JSON.parse(process.argv[2]);
const jsforce = createRequire(`${folder}/`)("jsforce");

const connection = new jsforce.Connection({ version: "60.0", httpProxy: proxy });
await connection.login(username, password);

async function idsOf(stream) {
  const ids = [];
  for await (const record of stream) ids.push(record.Id);
  return ids;
}

const read = {};
for (const [name, soql] of Object.entries(queries)) {
  const rest = await connection.query(soql, { autoFetch: true, maxFetch: 1e6, scanAll: true });
  const polling = { pollInterval: 50, pollTimeout: 30000 };
  read[name] = {
    rest: rest.records.map((record) => record.Id),
    bulk2: await idsOf(await connection.bulk2.query(soql, { scanAll: true, ...polling })),
    bulk1: await idsOf(await connection.bulk.query(soql)),
  };
}

const deals = connection.sobject("Opportunity");
const changed = await deals.updated(span.start, span.end);
const described = await deals.describe();
const listed = await connection.describeGlobal();
const retrieved = await deals.retrieve(some);
const task = await connection.sobject("Task").create({ Subject: "Call", Status: "Completed" });
await connection.sobject("Task").update({ Id: task.id, Subject: "Call back" });
const written = await connection.sobject("Task").retrieve(task.id);
await connection.sobject("Task").destroy(task.id);
const refused = await connection.query("SELECT Nope FROM Account").catch((error) => error.errorCode);

console.log(
  JSON.stringify({
    read,
    user: (await connection.identity()).username,
    changed: changed.ids,
    fields: described.fields.length,
    objects: listed.sobjects.map((object) => object.name),
    retrieved: retrieved.map((record) => record.Id),
    written: written.Subject,
    refused,
    usage: connection.limitInfo.apiUsage.used > 0,
  }),
);
