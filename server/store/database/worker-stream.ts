import { Duplex } from "node:stream";
import { MessageChannel, type MessagePort, type Worker } from "node:worker_threads";

/** What `pg` expects of a socket, over a MessagePort: bytes of the Postgres protocol go to the worker that runs PGlite, and its answers come back. */
export class WorkerStream extends Duplex {
  readonly #worker: Worker;
  readonly #whyStopped: () => Error | undefined;
  #port: MessagePort | undefined;

  constructor(worker: Worker, whyStopped: () => Error | undefined) {
    super();
    this.#worker = worker;
    this.#whyStopped = whyStopped;
  }

  connect(): this {
    const stopped = this.#whyStopped();
    if (stopped) {
      queueMicrotask(() => this.destroy(stopped));
      return this;
    }
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.on("message", (answer: Uint8Array) => this.push(Buffer.from(answer.buffer, answer.byteOffset, answer.byteLength)));
    this.#worker.postMessage({ type: "connect", port: port2 }, [port2]);
    queueMicrotask(() => this.emit("connect"));
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  override _read(): void {
    // Answers are pushed as they arrive: one statement is under way at a time, so there is never more than one result to hold.
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: () => void): void {
    this.#post(chunk);
    callback();
  }

  /** `pg` corks the five messages of a statement: they travel as one. */
  override _writev(chunks: { chunk: Buffer }[], callback: () => void): void {
    this.#post(Buffer.concat(chunks.map((entry) => entry.chunk)));
    callback();
  }

  override _final(callback: () => void): void {
    this.#port?.close();
    this.push(null);
    callback();
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    this.#port?.close();
    callback(error);
  }

  /** Copied into a buffer of its own: the chunk may be a view into a buffer that `pg` uses again. */
  #post(chunk: Uint8Array): void {
    const bytes = new Uint8Array(chunk);
    this.#port?.postMessage(bytes, [bytes.buffer]);
  }
}
