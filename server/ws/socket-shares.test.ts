import type { IncomingMessage } from "node:http";
import { describe, expect, it } from "vitest";
import { createId } from "#runtime/graph/ids.ts";
import { type Actor, LOCAL } from "../auth/actor.ts";
import { createSocketShares } from "./socket-shares.ts";

const user = (): Actor => ({ kind: "user", id: createId("user"), name: "Ann", email: "ann@example.org", session: "s", person: true });
const guest = (share: Extract<Actor, { kind: "guest" }>["share"]): Actor => ({ kind: "guest", id: createId("user"), name: "Guest", share, person: false });
const from = (remoteAddress: string) => ({ headers: {}, socket: { remoteAddress } }) as unknown as IncomingMessage;
const socket = (given: { actor?: Actor; workspace?: string; address?: string } = {}) => ({
  ...{ actor: given.actor ?? user(), workspace: given.workspace ?? createId("workspace"), request: from(given.address ?? "203.0.113.9") },
});
const callerAddress = (request: Pick<IncomingMessage, "socket">) => request.socket.remoteAddress ?? "";

describe("open sockets", () => {
  it("of one caller have an end, and each that ends makes room for another", () => {
    const shares = createSocketShares({ most: { caller: 2 } });
    const ann = user();
    const first = shares.take(socket({ actor: ann }));
    expect(shares.take(socket({ actor: ann })).type).toBe("taken");
    expect(shares.take(socket({ actor: ann }))).toMatchObject({ type: "full", message: expect.stringContaining("of you are open") });
    expect(shares.take(socket()).type).toBe("taken");
    if (first.type === "taken") first.giveBack();
    expect(shares.take(socket({ actor: ann })).type).toBe("taken");
  });

  it("of one workspace leave room for the others", () => {
    const shares = createSocketShares({ most: { workspace: 1 } });
    const workspace = createId("workspace");
    expect(shares.take(socket({ workspace })).type).toBe("taken");
    expect(shares.take(socket({ workspace })).type).toBe("full");
    expect(shares.take(socket()).type).toBe("taken");
  });

  it("of one address have an end, where addresses tell callers apart", () => {
    const shares = createSocketShares({ callerAddress, most: { address: 1 } });
    expect(shares.take(socket({ address: "2001:4860:0:1::1" })).type).toBe("taken");
    expect(shares.take(socket({ address: "2001:4860:0:1::2" })).type).toBe("full");
    expect(shares.take(socket({ address: "203.0.113.10" })).type).toBe("taken");
    const unaware = createSocketShares({ most: { address: 1 } });
    for (let count = 0; count < 3; count++) expect(unaware.take(socket()).type).toBe("taken");
  });

  it("of the guests of one link are counted together", () => {
    const shares = createSocketShares({ most: { link: 1 } });
    const share = createId("share");
    expect(shares.take(socket({ actor: guest(share) })).type).toBe("taken");
    expect(shares.take(socket({ actor: guest(share) })).type).toBe("full");
  });

  it("of the owner of the installation may be all there are, and no more", () => {
    const shares = createSocketShares({ callerAddress, most: { all: 3, caller: 1, address: 1, workspace: 1 } });
    const own = () => shares.take(socket({ actor: LOCAL, workspace: "workspace_default" })).type;
    expect([own(), own(), own(), own()]).toEqual(["taken", "taken", "taken", "full"]);
  });
});
