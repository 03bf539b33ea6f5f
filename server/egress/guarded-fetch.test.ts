import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { NodeError } from "#runtime/node/node-error.ts";
import { createEgressClient, type EgressClient } from "./create-egress-client.ts";

const servers: Server[] = [];
const clients: EgressClient[] = [];
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function listen(answer: RequestListener): Promise<{ port: number; url: string }> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { port, url: `http://127.0.0.1:${port}/` };
}

function clientFor(...ports: number[]): EgressClient {
  const client = createEgressClient({ allow: () => ports.map((port) => ({ host: "127.0.0.1", port })), ownListeners: () => [] });
  clients.push(client);
  return client;
}

const failureOf = async (work: Promise<unknown>): Promise<NodeError> => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof NodeError) return error;
  throw new Error(`This is no NodeError: ${String(error)}`);
};

describe("the guarded fetch", () => {
  it("gives an answer while it comes", async () => {
    const ends: (() => void)[] = [];
    const { port, url } = await listen((_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write("data: one\n\n");
      ends.push(() => response.end("data: two\n\n"));
    });
    const response = await clientFor(port).fetch(url);
    expect(response).toBeInstanceOf(Response);
    expect(response.url).toBe(url);
    const reader = response.body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("data: one\n\n");
    for (const end of ends) end();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("data: two\n\n");
    expect((await reader?.read())?.done).toBe(true);
  });

  it("sends a body of any form", async () => {
    const { port, url } = await listen((request, response) => {
      let text = "";
      request.on("data", (chunk) => {
        text += chunk;
      });
      request.on("end", () => response.end(`${request.method} ${request.headers["content-type"]?.split(";")[0]} ${text}`));
    });
    const client = clientFor(port);
    const form = await client.fetch(url, { method: "POST", body: new URLSearchParams({ a: "b c" }) });
    expect(await form.text()).toBe("POST application/x-www-form-urlencoded a=b+c");
    const json = await client.fetch(new Request(url, { method: "PUT", body: "{}", headers: { "content-type": "application/json" } }));
    expect(await json.text()).toBe("PUT application/json {}");
  });

  it("calls no address that is not allowed, not even by redirect", async () => {
    const hidden = await listen((_request, response) => void response.end("secret"));
    const open = await listen((_request, response) => void response.writeHead(302, { location: hidden.url }).end());
    const client = clientFor(open.port);
    expect(await failureOf(client.fetch(hidden.url))).toMatchObject({ code: "policy", happened: "no" });
    expect(await failureOf(client.fetch(open.url))).toMatchObject({ code: "policy" });
    expect(await failureOf(client.fetch(hidden.url.replace("127.0.0.1", "localhost")))).toMatchObject({ code: "policy", happened: "no" });
    expect((await client.fetch(open.url, { redirect: "manual" })).status).toBe(302);
  });

  it("dresses each hop by itself, and never hands on what it added", async () => {
    const seen: unknown[] = [];
    const second = await listen((request, response) => {
      seen.push(request.headers["x-added"], request.headers.authorization);
      response.end("there");
    });
    const first = await listen((_request, response) => void response.writeHead(307, { location: second.url }).end());
    const client = clientFor(first.port, second.port);
    const fetchFirst = client.fetchDressed((hop) => (hop.url === first.url ? { ...hop, headers: { ...hop.headers, "x-added": "secret" } } : hop));
    const response = await fetchFirst(first.url, { headers: { authorization: "Bearer a" } });
    expect(await response.text()).toBe("there");
    expect(seen).toEqual([undefined, undefined]);
  });

  it("ends with its signal, also in the middle of the answer", async () => {
    const { port, url } = await listen((_request, response) => void response.write("begin"));
    const controller = new AbortController();
    const response = await clientFor(port).fetch(url, { signal: controller.signal });
    const reading = response.text();
    controller.abort(new Error("enough"));
    await expect(reading).rejects.toThrow();
    await expect(clientFor(port).fetch(url, { signal: AbortSignal.abort(new Error("never")) })).rejects.toThrow("never");
  });

  it("says what became of a call that failed", async () => {
    const { port, url } = await listen((request) => request.socket.destroy());
    const gone = await listen(() => undefined);
    await new Promise((resolve) => servers.pop()?.close(resolve));
    const client = clientFor(port, gone.port, 25);
    expect(await failureOf(client.fetch(url))).toMatchObject({ code: "network", happened: "unknown" });
    expect(await failureOf(client.fetch(gone.url))).toMatchObject({ code: "network", happened: "no" });
    expect(await failureOf(client.fetch("http://127.0.0.1:25/"))).toMatchObject({ code: "policy", happened: "no" });
  });
});
