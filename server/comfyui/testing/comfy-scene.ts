import type { ComfyClient, ComfyEvent, ComfyFollowing, ComfySubmission } from "#nodes/kit/comfyui/service.ts";
import { openComfyClients, TEST_WORKSPACE, type TestServer } from "./comfy-clients.ts";
import { type FakeComfy, type FakeComfyOptions, startFakeComfy } from "./fake-comfyui.ts";
import { textToImage } from "./prompts.ts";

/** Connection of the first server. */
export const CONNECTION = "conn_a";
export const NEVER = new AbortController().signal;

/** Fake servers, and a client of them. */
export interface ComfyScene {
  client(scope?: { workspace?: string; conceal?: (secret: string) => void }): ComfyClient;
  fakes: FakeComfy[];
  servers: TestServer[];
  start(options?: FakeComfyOptions, more?: Partial<TestServer>): Promise<FakeComfy>;
  /** With its saved files, and nothing else. */
  restart(fake: FakeComfy): Promise<FakeComfy>;
  submit(promptId: string, more?: Partial<ComfySubmission>): ReturnType<ComfyClient["submit"]>;
  /** All events of a prompt. */
  follow(promptId: string, given?: Partial<ComfyFollowing> & { onEvent?: (event: ComfyEvent) => unknown }): Promise<ComfyEvent[]>;
  /** As another process of ours. */
  reopen(): Promise<void>;
  end(): Promise<void>;
}

export function createComfyScene(): ComfyScene {
  const fakes: FakeComfy[] = [];
  const servers: TestServer[] = [];
  let opened = openComfyClients(() => servers);
  const client: ComfyScene["client"] = (scope = {}) => opened.clients.clientFor({ workspace: TEST_WORKSPACE, ...scope });
  return {
    ...{ client, fakes, servers },
    start: async (options = {}, more = {}) => {
      const fake = await startFakeComfy(options);
      fakes.push(fake);
      servers.push({ id: `conn_${"abc"[servers.length]}`, url: fake.url, ...more });
      return fake;
    },
    restart: async (fake) => {
      await fake.stop();
      const next = await startFakeComfy({ port: fake.port });
      for (const [name, content] of fake.files) if (name.startsWith("output/")) next.files.set(name, content);
      fakes.push(next);
      return next;
    },
    submit: (promptId, more = {}) => client().submit({ connection: CONNECTION, promptId, prompt: textToImage(), signal: NEVER, ...more }),
    follow: async (promptId, { onEvent, ...more } = {}) => {
      const events: ComfyEvent[] = [];
      for await (const event of client().follow({ connection: CONNECTION, promptId, signal: NEVER, ...more })) {
        events.push(event);
        await onEvent?.(event);
      }
      return events;
    },
    reopen: async () => {
      await opened.close();
      opened = openComfyClients(() => servers);
    },
    end: async () => {
      await opened.close();
      await Promise.all(fakes.map((fake) => fake.stop()));
    },
  };
}

/** Nodes of the class wait until it is called. */
export function gate(fake: FakeComfy, nodeType: string): () => void {
  const { promise, resolve } = Promise.withResolvers<void>();
  fake.gates.set(nodeType, promise);
  return () => {
    fake.gates.delete(nodeType);
    resolve();
  };
}
