// Preloaded into the server by start.mjs: when the script that started us is killed, we shut down as on SIGTERM instead of holding the data directory.
import { isMainThread } from "node:worker_threads";

const checkMs = 200;

if (isMainThread) {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, "SIGTERM");
  }, checkMs);
  timer.unref();
}
