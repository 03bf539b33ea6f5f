import { connect, createServer, type Socket } from "node:net";

const READY = Buffer.from([0x5a, 0, 0, 0, 5]);

/** Stands between Heddle and Postgres, and is the network on a bad day. */
export interface DatabaseProxy {
  /** What to connect to, in the place of the real address. */
  readonly url: string;
  /** Answers that were lost so far. */
  readonly lost: number;
  /**
   * From now on the answer to one in so many requests that say this is lost: the server has done it, the connection ends, and the
   * client does not learn. A statement that was prepared is known by its name. 0 loses none.
   */
  loseAnswers(request: RegExp, oneIn: number): void;
  /** Cuts every connection there is. New ones are taken. */
  cut(): void;
  /** Nothing goes through in either direction until `flow`. */
  stall(): void;
  flow(): void;
  close(): Promise<void>;
}

const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** Forwards to the Postgres of an address; TLS is not spoken. */
export async function startDatabaseProxy(target: string): Promise<DatabaseProxy> {
  const address = new URL(target);
  const sockets = new Set<Socket>();
  let losing = { request: /^$/, oneIn: 0, seen: 0 };
  let lost = 0;
  let isStalled = false;

  const isToBeLost = (request: Buffer): boolean => {
    if (losing.oneIn === 0 || !losing.request.test(request.toString("latin1"))) return false;
    losing.seen += 1;
    // evenly spread but never in step: a client that asks in turns for two things would lose the same one for ever
    return (losing.seen * GOLDEN) % 1 < 1 / losing.oneIn;
  };
  const server = createServer((near) => {
    const far = connect(Number(address.port || 5432), address.hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      if (isStalled) socket.pause();
      socket.on("error", () => undefined);
      socket.on("close", () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    let isLosing = false;
    near.on("data", (request) => {
      isLosing ||= isToBeLost(request);
      far.write(request);
    });
    far.on("data", (answer) => {
      if (!isLosing) return near.write(answer);
      if (!endsCommand(answer)) return;
      lost += 1;
      near.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const own = server.address();
  if (typeof own !== "object" || own === null) throw new Error("The proxy has no port.");
  const url = new URL(target);
  url.host = `127.0.0.1:${own.port}`;
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: url.href,
    get lost() {
      return lost;
    },
    loseAnswers: (request, oneIn) => {
      losing = { request, oneIn, seen: 0 };
    },
    cut,
    stall: () => {
      isStalled = true;
      for (const socket of sockets) socket.pause();
    },
    flow: () => {
      isStalled = false;
      for (const socket of sockets) socket.resume();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        cut();
      }),
  };
}

/** Whether the server is done: its `ReadyForQuery` is `Z`, the length 5 and a state, and comes after the commit of what had no transaction. */
function endsCommand(answer: Buffer): boolean {
  return answer.includes(READY);
}
