// A program of its own: node:http, and the floor for what is between a request and its answer.
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { openDatabase } from "#server/store/database/open-database.ts";
import { createFloor } from "./floor.ts";
import { chain, planOf } from "./graphs.ts";

const { DATABASE_URL, HEDDLE_DATA = "", PORT } = process.env;
const database = await openDatabase(DATABASE_URL ? { url: DATABASE_URL, migrations: false } : { dataDirectory: HEDDLE_DATA, migrations: false });
const floor = await createFloor(database);
const plan = planOf(chain(5));
createServer((request, response) => {
  const answer = async () => {
    const body = await text(request);
    if (request.method === "POST") await floor.run(plan);
    response.setHeader("content-type", "application/json");
    response.end(body || "{}");
  };
  answer().catch((error: unknown) => response.writeHead(500).end(String(error)));
}).listen(Number(PORT), "127.0.0.1");
