import type { StoredValue, StoredValues } from "#runtime/graph/stored-value.ts";
import type { RecordedAnswer, RunEvent } from "#runtime/run/events.ts";

/** Whether an event refers to a stored value: where the engine puts such values, and nowhere inside of what the run's own data say. */
export function namesBlob(event: RunEvent, hash: string): boolean {
  return valuesOf(event).some((value) => value.type === "blob" && value.hash === hash);
}

function valuesOf(event: RunEvent): StoredValue[] {
  return [
    ...("outputs" in event ? every(event.outputs) : []),
    ...("output" in event ? every(event.output) : []),
    ...("given" in event ? every(event.given) : []),
    ...("result" in event ? [event.result] : []),
    ...("answer" in event ? ofAnswer(event.answer) : []),
    ...(event.type === "run-created" ? Object.values(event.fixed ?? {}).flatMap(every) : []),
  ];
}

function ofAnswer(answer: RecordedAnswer): StoredValue[] {
  switch (answer.kind) {
    case "person":
      return answer.edited ? [answer.edited] : [];
    case "webhook":
      return [answer.request];
    case "run":
      return every(answer.output);
    case "time":
    case "budget":
      return [];
  }
}

function every(values: StoredValues): StoredValue[] {
  return Object.values(values);
}
