import type { ReactNode } from "react";
import { JsonView } from "../ui/json-view.tsx";
import { ScrollBox } from "../ui/scroll-box.tsx";

const BOX = "max-h-96 overflow-auto rounded-md border border-line bg-sunken p-2.5";

/** A text that a server gave; as a tree where it is JSON. */
export function TextPart({ label, text, isJson = false }: { label: string; text: string; isJson?: boolean }) {
  const value = isJson ? parsed(text) : undefined;
  return (
    <ScrollBox label={label} className={BOX}>
      {value === undefined ? <pre className="wrap-anywhere whitespace-pre-wrap font-mono text-xs leading-5">{text}</pre> : <JsonView value={value} />}
    </ScrollBox>
  );
}

export function ImagePart({ label, data, type }: { label: string; data: string; type: string }) {
  return <img src={`data:${type};base64,${data}`} alt={label} className="max-h-96 self-start rounded-md border border-line" />;
}

export function JsonPart({ label, value }: { label: string; value: unknown }): ReactNode {
  return (
    <ScrollBox label={label} className={BOX}>
      <JsonView value={value} />
    </ScrollBox>
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
