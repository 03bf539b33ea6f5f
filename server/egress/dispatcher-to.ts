import { Agent, type Dispatcher } from "undici";
import { createConnector } from "./connect.ts";
import { lookupAll } from "./create-egress-client.ts";
import { createGuard, portOf } from "./guard.ts";

/** Connections to one service that whoever runs this server has named, which may well be in their own network. What it resolves to is checked all the same. */
export function dispatcherTo(service: URL): Dispatcher {
  const target = { host: service.hostname.replace(/^\[|\]$/g, ""), port: portOf(service) };
  const guard = createGuard({ allow: () => [target], ownListeners: () => [], lookup: lookupAll });
  return new Agent({ connect: createConnector(guard), allowH2: false, headersTimeout: 60_000, bodyTimeout: 60_000 });
}
