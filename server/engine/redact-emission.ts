import type { Emission } from "#runtime/node/context.ts";
import type { Redactor } from "../vault/redact.ts";

/** What an attempt shows while it happens, without the secrets that came into it. */
export interface EmissionRedactor {
  /** Undefined when nothing of it can be shown yet. */
  take(emission: Emission): Emission | undefined;
  /** What was held back of a text that came in pieces, at the end. */
  rest(): Emission | undefined;
}

export function createEmissionRedactor(redactor: Redactor): EmissionRedactor {
  const tokens = redactor.stream();
  const token = (text: string): Emission | undefined => (text === "" ? undefined : { type: "token", text });
  return {
    take: (emission) => {
      switch (emission.type) {
        case "token":
          return token(tokens.push(emission.text));
        case "progress":
          return redactor.value(emission);
        case "preview":
          return { ...emission, data: redactPreview(emission, redactor) };
      }
    },
    rest: () => token(tokens.end()),
  };
}

function redactPreview({ mediaType, data }: Extract<Emission, { type: "preview" }>, redactor: Redactor): string {
  if (/^text\/|[/+](json|xml|javascript)\b/i.test(mediaType)) {
    const text = Buffer.from(data, "base64").toString("utf8");
    const told = redactor.text(text);
    return told === text ? data : Buffer.from(told, "utf8").toString("base64");
  }
  // bytes cannot be mended: one that holds a secret is not shown
  return redactor.text(data) === data ? data : "";
}
