import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type ExactJson, stringifyExactJson } from "#nodes/kit/comfyui/exact-json.ts";
import type { ComfyPrompt, ComfyPromptNode } from "#nodes/kit/comfyui/service.ts";
import { fakeClass } from "./fake-object-info.ts";
import { fakePicture, isPicture } from "./fake-picture.ts";
import { inputPath, linkOf, upstream } from "./fake-validation.ts";

export interface FakeItem {
  number: number;
  id: string;
  prompt: ComfyPrompt;
  extra: Record<string, ExactJson>;
  outputs: string[];
}

export interface FakeQueueGiven {
  send(clientId: string | undefined, message: { type: string; data: unknown }): void;
  sendPreview(clientId: string | undefined, given: { node: string; prompt: string }): void;
  files: Map<string, Buffer>;
  gates: ReadonlyMap<string, Promise<unknown>>;
  nodeMs: number;
}

class Interrupted extends Error {
  readonly node: string;
  constructor(node: string) {
    super("interrupted");
    this.node = node;
  }
}

class Failed extends Error {
  readonly node: string;
  constructor(node: string, message: string) {
    super(message);
    this.node = node;
  }
}

/** Runs one prompt after another, as ComfyUI does: in the order of events, with its cache, and its history written between success and the last event. */
export class FakeQueue {
  readonly history = new Map<string, unknown>();
  readonly #given: FakeQueueGiven;
  #pending: FakeItem[] = [];
  #running: FakeItem | undefined;
  #node: string | undefined;
  #isInterrupted = false;
  #isStopped = false;
  #number = 0;
  #forgets = false;
  readonly #cache = new Map<string, unknown>();

  constructor(given: FakeQueueGiven) {
    this.#given = given;
  }

  nextNumber({ front, number }: { front?: boolean; number?: number }): number {
    const next = number ?? this.#number;
    this.#number += 1;
    return front === true ? -next : next;
  }

  put(item: FakeItem): void {
    this.#pending.push(item);
    this.#tellStatus();
    if (!this.#running) void this.#drain();
  }

  remove({ delete: ids = [], clear = false }: { delete?: string[]; clear?: boolean }): void {
    this.#pending = clear ? [] : this.#pending.filter(({ id }) => !ids.includes(id));
    this.#tellStatus();
  }

  interrupt(promptId: string | undefined): void {
    if (this.#running && (promptId === undefined || promptId === this.#running.id)) this.#isInterrupted = true;
  }

  /** Once the prompt that runs is over. */
  forgetCached(): void {
    if (this.#running) this.#forgets = true;
    else this.#cache.clear();
  }

  remaining(): number {
    return this.#pending.length + (this.#running ? 1 : 0);
  }

  runsFor(clientId: string): boolean {
    return this.#running?.extra.client_id === clientId;
  }

  node(): string | undefined {
    return this.#node;
  }

  tell() {
    const tuple = ({ number, id, prompt, extra, outputs }: FakeItem) => [number, id, prompt, extra, outputs];
    return { queue_running: this.#running ? [tuple(this.#running)] : [], queue_pending: this.#pending.map(tuple) };
  }

  stop(): void {
    this.#isStopped = true;
    this.#pending = [];
  }

  #tellStatus(): void {
    this.#given.send(undefined, { type: "status", data: { status: { exec_info: { queue_remaining: this.remaining() } } } });
  }

  async #drain(): Promise<void> {
    // the answer to the request goes out first
    await sleep(1);
    while (!this.#running && !this.#isStopped) {
      this.#pending.sort((a, b) => a.number - b.number);
      const item = this.#pending.shift();
      if (!item) return;
      this.#running = item;
      this.#isInterrupted = false;
      this.#tellStatus();
      await this.#run(item);
      this.#running = undefined;
      if (this.#isStopped) return;
      if (this.#forgets) this.#cache.clear();
      this.#forgets = false;
    }
  }

  async #run(item: FakeItem): Promise<void> {
    const clientId = typeof item.extra.client_id === "string" ? item.extra.client_id : undefined;
    const messages: [string, unknown][] = [];
    const tell = (type: string, data: Record<string, unknown>) => {
      if (!this.#isStopped && clientId !== undefined) this.#given.send(clientId, { type, data: { ...data, prompt_id: item.id } });
    };
    const note = (type: string, data: Record<string, unknown>) => {
      const whole = { ...data, prompt_id: item.id, timestamp: Date.now() };
      messages.push([type, whole]);
      tell(type, whole);
    };
    const outputs: Record<string, unknown> = {};
    const order = [...new Set(item.outputs.flatMap((output) => [...upstream(item.prompt, output)]))];
    const keys = new Map(order.map((id) => [id, this.#keyOf(item.prompt, id)]));
    note("execution_start", {});
    note("execution_cached", { nodes: order.filter((id) => this.#cache.has(keys.get(id) ?? "")) });
    let status = "success";
    try {
      for (const id of order) await this.#runNode(item, { id, key: keys.get(id) ?? "", tell, outputs, clientId });
      note("execution_success", {});
    } catch (error) {
      if (this.#isStopped) return;
      status = "error";
      const node = error instanceof Failed || error instanceof Interrupted ? error.node : "";
      const about = { node_id: node, node_type: item.prompt[node]?.class_type ?? "", executed: [] };
      if (error instanceof Interrupted) note("execution_interrupted", about);
      else note("execution_error", { ...about, ...described(error) });
    }
    if (this.#isStopped) return;
    const meta = Object.fromEntries(Object.keys(outputs).map((id) => [id, { node_id: id, display_node: id, parent_node: null, real_node_id: id }]));
    const { number, id, prompt, extra, outputs: asked } = item;
    this.history.set(id, {
      prompt: [number, id, prompt, extra, asked],
      outputs,
      status: { status_str: status, completed: status === "success", messages },
      meta,
    });
    this.#running = undefined;
    this.#tellStatus();
    tell("executing", { node: null });
  }

  async #runNode(
    item: FakeItem,
    given: { id: string; key: string; tell: Tell; outputs: Record<string, unknown>; clientId: string | undefined },
  ): Promise<void> {
    const { id, key, tell, outputs, clientId } = given;
    const node = item.prompt[id];
    if (!node) return;
    const isOutput = fakeClass(node.class_type)?.isOutput === true;
    const cached = this.#cache.get(key);
    if (cached !== undefined) {
      if (!isOutput) return;
      outputs[id] = cached;
      return tell("executed", { node: id, display_node: id, output: cached });
    }
    this.#node = id;
    const state = (value: number, max: number, is: "running" | "finished") =>
      tell("progress_state", {
        nodes: { [id]: { value, max, state: is, node_id: id, prompt_id: item.id, display_node_id: id, parent_node_id: null, real_node_id: id } },
      });
    state(0, 1, "running");
    tell("executing", { node: id, display_node: id });
    const steps = node.class_type === "KSampler" ? Number(node.inputs.steps) : 1;
    for (let step = 1; step <= steps; step++) {
      await this.#given.gates.get(node.class_type);
      if (this.#given.nodeMs > 0) await sleep(this.#given.nodeMs);
      if (this.#isInterrupted || this.#isStopped) throw new Interrupted(id);
      if (node.class_type !== "KSampler") continue;
      state(step, steps, "running");
      this.#given.sendPreview(clientId, { node: id, prompt: item.id });
      tell("progress", { value: step, max: steps, node: id });
    }
    const output = this.#execute(item, { id, node, key });
    this.#cache.set(key, output ?? null);
    if (output) {
      outputs[id] = output;
      tell("executed", { node: id, display_node: id, output });
    }
    state(1, 1, "finished");
  }

  #execute(item: FakeItem, { id, node, key }: { id: string; node: ComfyPromptNode; key: string }): Record<string, unknown> | undefined {
    const { files } = this.#given;
    switch (node.class_type) {
      case "LoadImage":
      case "LoadImageMask": {
        const path = inputPath(String(node.inputs.image));
        const content = files.get(path);
        if (!content || !isPicture(content)) throw new Failed(id, `cannot identify image file '/srv/comfyui/${path.replace("//", "/")}'\n`);
        return undefined;
      }
      case "SaveImage":
      case "PreviewImage":
        return { images: this.#save(item, { node, key }) };
      case "PreviewAny": {
        const value = node.inputs.source;
        return { text: [linkOf(value) === undefined ? String(value) : `of node ${linkOf(value)}`] };
      }
      default:
        return undefined;
    }
  }

  #save(item: FakeItem, { node, key }: { node: ComfyPromptNode; key: string }): unknown[] {
    const { files } = this.#given;
    const isTemp = node.class_type === "PreviewImage";
    const prefix = isTemp ? "ComfyUI_temp_fake" : String(node.inputs.filename_prefix);
    const at = prefix.lastIndexOf("/");
    const [subfolder, name, type] = [at < 0 ? "" : prefix.slice(0, at), prefix.slice(at + 1), isTemp ? "temp" : "output"];
    const count = Math.max(1, ...[...upstream(item.prompt, idOf(item.prompt, node))].map((id) => Number(item.prompt[id]?.inputs.batch_size ?? 1)));
    return Array.from({ length: count }, (_, index) => {
      let counter = 1;
      const fileName = () => `${name}_${String(counter).padStart(5, "0")}_.png`;
      while (files.has(`${type}/${subfolder}/${fileName()}`)) counter += 1;
      const colour = createHash("sha256").update(`${key} ${index}`).digest("hex").slice(0, 6);
      files.set(`${type}/${subfolder}/${fileName()}`, fakePicture(colour, { prompt: stringifyExactJson(item.prompt) }));
      return { filename: fileName(), subfolder, type };
    });
  }

  /** What a node yields depends on its class and values, and on what comes in; of an uploaded picture, on its content. */
  #keyOf(prompt: ComfyPrompt, id: string): string {
    const node = prompt[id];
    if (!node) return "";
    const parts = Object.entries(node.inputs).map(([name, value]) => {
      const from = linkOf(value);
      if (from !== undefined) return [name, this.#keyOf(prompt, from), stringifyExactJson(value).length];
      const file = name === "image" ? this.#given.files.get(inputPath(String(value))) : undefined;
      return [name, stringifyExactJson(value), file ? createHash("sha256").update(file).digest("hex") : ""];
    });
    return createHash("sha256")
      .update(JSON.stringify([node.class_type, parts]))
      .digest("hex");
  }
}

type Tell = (type: string, data: Record<string, unknown>) => void;

function idOf(prompt: ComfyPrompt, node: ComfyPromptNode): string {
  return Object.keys(prompt).find((id) => prompt[id] === node) ?? "";
}

function described(error: unknown) {
  const message = error instanceof Error ? error.message : String(error);
  return {
    exception_message: message,
    exception_type: "RuntimeError",
    traceback: ['  File "/srv/comfyui/execution.py", line 1, in execute\n'],
    current_inputs: {},
  };
}
