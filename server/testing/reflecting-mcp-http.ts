import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** An MCP server over streamable HTTP that tells the headers of a request to whoever sent it: in results, errors and its tools' descriptions. */
export interface ReflectingMcpHttp {
  url: string;
  port: number;
  /** The headers of each request. */
  seen: string[];
  /** Headers of a refusal (401); undefined lets it in. */
  refuse: (request: IncomingMessage) => Record<string, string> | undefined;
  close(): Promise<void>;
}

const tool = (name: string, description: string) => ({ name, description, inputSchema: { type: "object" } });

export async function startReflectingMcpHttp(): Promise<ReflectingMcpHttp> {
  const seen: string[] = [];
  const answers: Record<string, (said: string, params: { name?: string; protocolVersion?: string }) => object> = {
    initialize: (_, { protocolVersion }) => ({ protocolVersion, capabilities: { tools: {} }, serverInfo: { name: "reflecting", version: "1.0.0" } }),
    "tools/list": () => ({ tools: [tool("reflect", "Says what it was sent."), tool("fail", "Fails, and says why.")] }),
    "tools/call": (said, { name }) => ({ isError: name === "fail", content: [{ type: "text", text: said }] }),
    ping: () => ({}),
  };
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    const said = JSON.stringify(request.headers);
    seen.push(said);
    const refused = made.refuse(request);
    if (refused) return void response.writeHead(401, refused).end(said);
    if (request.method !== "POST") return void response.writeHead(405).end(said);
    const { id, method = "", params = {} } = JSON.parse(text);
    if (id === undefined) return void response.writeHead(202).end();
    const answer = answers[method];
    const outcome = answer ? { result: answer(said, params) } : { error: { code: -32_601, message: `No ${said}` } };
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ jsonrpc: "2.0", id, ...outcome }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const made: ReflectingMcpHttp = {
    url: `http://127.0.0.1:${port}/mcp`,
    port,
    seen,
    refuse: () => undefined,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return made;
}
