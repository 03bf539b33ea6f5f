import { isDeepStrictEqual } from "node:util";
import * as decoding from "lib0/decoding";
import * as Y from "yjs";
import { graphDocument, ROOTS } from "#runtime/graph/document.ts";
import { readGraph } from "#runtime/graph/read.ts";
import { graphSchema } from "#runtime/graph/schema.ts";
import { SYNC_MESSAGES } from "../../../contract/document-sync.ts";
import { createRandom } from "../../../engine/failpoints.ts";
import type { Database } from "../../../store/database/open-database.ts";
import { createDocumentUpdateStore } from "../../../store/document-updates.ts";
import { createDocumentStore } from "../../../store/documents.ts";
import { readMessage } from "../../../ws/document-messages.ts";
import type { DocumentChecker } from "../../document-checker.ts";
import { createFuzzClient, type FuzzClient } from "./fuzz-client.ts";
import { createFuzzFanout } from "./fuzz-fanout.ts";
import { type FuzzConnection, type FuzzServer, startFuzzServer } from "./fuzz-server.ts";

const CLIENTS = 5;
const STEPS = 140;
/** Rounds of talking after which everybody must know everything. */
const MAX_ROUNDS = 50;

export interface FuzzReport {
  /** What is wrong; empty when all is well. */
  problems: string[];
  /** How often each kind of thing was done. */
  done: Record<string, number>;
}

/** How a network treats the messages of a connection. TCP is `plain`; documents must bear the others all the same. */
type Network = "plain" | "reordering" | "duplicating";

interface Seat {
  client: FuzzClient;
  /** Which process serves it. */
  server: number;
  connection: FuzzConnection | undefined;
  network: Network;
  /** On their way. */
  toServer: Uint8Array[];
  toClient: Uint8Array[];
  /** Document messages that arrived over this connection, in order. */
  arrived: Uint8Array[];
  /** How many of them are acknowledged, as far as the client has heard. */
  acknowledged: number;
}

export interface FuzzGiven {
  seed: number;
  database: Database;
  /** One for each process. */
  checkers: readonly DocumentChecker[];
}

/**
 * Five people edit one document over a bad network and a server that starts again; the same seed does the same. Of several processes on the one
 * database each serves some of them, and they hear little of each other.
 */
export async function runFuzz(given: FuzzGiven): Promise<FuzzReport> {
  const fuzz = await beginFuzz(given);
  for (let step = 0; step < STEPS; step++) await fuzz.step();
  await fuzz.heal();
  await fuzz.compare();
  await fuzz.end();
  return { problems: fuzz.problems, done: fuzz.done };
}

async function beginFuzz({ seed, database, checkers }: FuzzGiven) {
  const random = createRandom(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const document = `graph_fuzz${seed}of${checkers.length}`;
  const store = createDocumentUpdateStore(database);
  const problems: string[] = [];
  const done: Record<string, number> = {};
  const count = (what: string) => {
    done[what] = (done[what] ?? 0) + 1;
  };
  const seats: Seat[] = Array.from({ length: CLIENTS }, (_, index) => ({
    ...{
      client: createFuzzClient({ index, random }),
      server: 0,
      connection: undefined,
      network: "plain",
      toServer: [],
      toClient: [],
      arrived: [],
      acknowledged: 0,
    },
  }));
  await createDocumentStore(database).create({
    id: document,
    workspace: "workspace_default",
    kind: "graph",
    name: "",
    description: "",
    actor: "me",
    update: EMPTY,
  });
  const fanout = checkers.length > 1 ? createFuzzFanout(createRandom(seed + 1_000_000)) : undefined;
  const start = (checker: DocumentChecker) => startFuzzServer({ database, checker, fanout: fanout?.open(), onState: () => count("state read") });
  const servers: FuzzServer[] = checkers.map(start);
  const anyServer = () => (servers.length > 1 ? below(servers.length) : 0);

  const part = (seat: Seat) => {
    seat.connection?.end();
    seat.connection = undefined;
    seat.client.disconnect();
    seat.toServer.length = 0;
    seat.toClient.length = 0;
    seat.arrived.length = 0;
    seat.acknowledged = 0;
  };
  const join = async (seat: Seat, network: Network) => {
    seat.network = network;
    seat.server = anyServer();
    seat.connection = await servers[seat.server]?.connect({
      document,
      send: (message) => seat.toClient.push(message),
      onClose: (code, reason) => {
        if (code < 4_500) problems.push(`${seat.client.name} was sent away for good with ${code}: ${reason}`);
        count("sent away");
        part(seat);
      },
    });
    seat.client.connect((message) => seat.toServer.push(message));
  };
  const next = (queue: Uint8Array[], network: Network): Uint8Array | undefined => {
    const place = network === "reordering" && queue.length > 1 ? below(Math.min(queue.length, 4)) : 0;
    const isTwice = network === "duplicating" && below(3) === 0;
    return isTwice ? queue[place] : queue.splice(place, 1)[0];
  };
  const deliver = (seat: Seat, most: number) => {
    for (let left = most; left > 0 && seat.toClient.length > 0; left--) {
      const acknowledged = seat.client.receive(next(seat.toClient, seat.network) ?? EMPTY);
      if (acknowledged === undefined) continue;
      seat.acknowledged = Math.max(seat.acknowledged, acknowledged);
      if (acknowledged > seat.arrived.length) problems.push(`${seat.client.name} was acknowledged what it did not send`);
    }
    for (let left = most; left > 0 && seat.toServer.length > 0; left--) {
      const message = next(seat.toServer, seat.network) ?? EMPTY;
      if (isOfDocument(message)) seat.arrived.push(message);
      seat.connection?.take(message);
    }
  };
  /** What was acknowledged over a sound connection is stored, whatever happens now. */
  const checkAcknowledged = async () => {
    const stored = Y.decodeStateVector(Y.encodeStateVector(await storedDoc(store, document)));
    for (const { client, network, arrived, acknowledged, toClient } of seats) {
      if (network !== "plain") continue;
      const last = Math.max(acknowledged, ...toClient.map(ackIn));
      for (const message of arrived.slice(0, last)) {
        for (const [id, clock] of Y.parseUpdateMeta(updateIn(message)).to) {
          if ((stored.get(id) ?? 0) < clock) problems.push(`An edit of ${client.name} was acknowledged and is not stored`);
        }
      }
    }
  };
  const idle = async () => {
    for (const server of servers) await server.idle();
  };
  const restart = async () => {
    await idle();
    await checkAcknowledged();
    const index = anyServer();
    const checker = checkers[index];
    if (!checker) return;
    for (const seat of seats) if (seat.server === index) part(seat);
    await servers[index]?.stop();
    servers[index] = start(checker);
    count("restart");
  };
  /** Puts a state in the place of updates that other processes may not have read yet. */
  const snapshot = async () => {
    const { number } = await store.load(document);
    await store.snapshot(document, number, Y.encodeStateAsUpdate(await storedDoc(store, document)));
    count("snapshot");
  };
  /** What goes on between the processes, and at the database. */
  const stepBetween = async () => {
    const chance = random();
    if (chance < 0.2) fanout?.move();
    else if (chance < 0.35) await snapshot();
    else if (chance > 0.96) await servers[anyServer()]?.room(document);
  };
  const step = async () => {
    const seat = seats[below(CLIENTS)];
    if (!seat) return;
    const chance = random();
    if (chance < 0.012) await restart();
    else if (chance < 0.05) part(seat);
    else if (!seat.connection && chance < 0.3) await join(seat, NETWORKS[below(NETWORKS.length)] ?? "plain");
    else if (chance < 0.75) for (let edits = 1 + below(3); edits > 0; edits--) count(seat.client.act());
    else for (const other of seats) if (below(2)) deliver(other, 1 + below(8));
    if (below(4) === 0) await idle();
    if (fanout) await stepBetween();
  };
  const heal = async () => {
    for (const seat of seats) part(seat);
    for (const seat of seats) await join(seat, "plain");
    for (let round = 0; round < MAX_ROUNDS && seats.some(({ toClient, toServer }) => toClient.length + toServer.length > 0); round++) {
      for (const seat of seats) deliver(seat, Number.MAX_SAFE_INTEGER);
      await idle();
      fanout?.move();
      for (const server of servers) await server.room(document);
    }
    if (seats.some(({ toClient, toServer }) => toClient.length + toServer.length > 0)) problems.push("They never come to an end of talking");
  };
  const compare = async () => {
    await checkAcknowledged();
    for (const { client, arrived, acknowledged } of seats) if (acknowledged !== arrived.length) problems.push(`${client.name} never hears that all is saved`);
    const rooms = await Promise.all(servers.map((server) => server.room(document)));
    const copies = [...seats.map(({ client }) => [client.name, client.doc] as const), ...rooms.map(({ doc }, index) => [`the server ${index}`, doc] as const)];
    const stored = await storedDoc(store, document);
    const wanted = contentOf(stored);
    for (const [name, doc] of copies) {
      if (!isDeepStrictEqual(contentOf(doc), wanted)) problems.push(`The copy of ${name} is not what is stored`);
      if (doc.store.pendingStructs !== null || doc.store.pendingDs !== null) problems.push(`The copy of ${name} waits for something`);
      if (!isDeepStrictEqual(Y.decodeStateVector(Y.encodeStateVector(doc)), Y.decodeStateVector(Y.encodeStateVector(stored)))) {
        problems.push(`The copy of ${name} has another history`);
      }
    }
    const graph = readGraph(graphDocument(stored));
    const parsed = graphSchema.safeParse(graph);
    if (!parsed.success) problems.push(`The graph is not valid: ${parsed.error.message}`);
    for (const { client } of seats) if (!isDeepStrictEqual(client.observer.current(), graph)) problems.push(`What ${client.name} sees is not what is read`);
    count(graph.nodes.length > 0 ? "graphs with nodes" : "empty graphs");
  };
  const end = async () => {
    for (const seat of seats) part(seat);
    for (const server of servers) await server.stop();
    for (const checker of checkers) checker.forget(document);
  };
  return { problems, done, step, heal, compare, end };
}

const EMPTY = new Uint8Array([0, 0]);
const NETWORKS: readonly Network[] = ["plain", "plain", "reordering", "duplicating"];

async function storedDoc(store: ReturnType<typeof createDocumentUpdateStore>, document: string): Promise<Y.Doc> {
  const doc = new Y.Doc();
  for (const piece of (await store.load(document)).parts) Y.applyUpdate(doc, piece);
  return doc;
}

function contentOf(doc: Y.Doc): unknown {
  return ROOTS.map((root) => doc.getMap(root).toJSON());
}

function isOfDocument(message: Uint8Array): boolean {
  const { type } = readMessage(message);
  return type === "step-2" || type === "update";
}

function updateIn(message: Uint8Array): Uint8Array {
  const read = readMessage(message);
  return read.type === "step-2" || read.type === "update" ? read.update : EMPTY;
}

function ackIn(message: Uint8Array): number {
  const decoder = decoding.createDecoder(message);
  return decoding.readVarUint(decoder) === SYNC_MESSAGES.ack ? decoding.readVarUint(decoder) : 0;
}
