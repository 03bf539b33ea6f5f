/** Pages that are not seen draw no frames. */
const LATEST_MS = 200;

/** Does something once before the next frame is drawn, or soon when none is. Returns how to call it off. */
export function onNextFrame(task: () => void): () => void {
  const stop = () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
  const run = () => {
    stop();
    task();
  };
  const frame = requestAnimationFrame(run);
  const timer = setTimeout(run, LATEST_MS);
  return stop;
}
