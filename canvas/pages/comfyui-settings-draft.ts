import type { ComfySettings } from "#server/contract/comfyui-settings.ts";
import { STORED_SECRET } from "#server/contract/mcp-settings.ts";

/** What is typed while a ComfyUI server is set up. */
export interface ComfyDraft {
  baseUrl: string;
  auth: ComfySettings["auth"]["type"];
  /** Of the header. */
  header: string;
  /** Empty: the one that is stored stays. */
  secret: string;
  /** Separated by commas. */
  labels: string;
}

export function toComfyDraft(settings: ComfySettings | undefined): ComfyDraft {
  const { baseUrl = "", auth = { type: "none" }, labels = [] } = settings ?? {};
  return { baseUrl, auth: auth.type, header: auth.type === "header" ? auth.name : "", secret: "", labels: labels.join(", ") };
}

/** What was typed, not checked yet. An address without a scheme is one of the local network. */
export function toComfySettings(draft: ComfyDraft, before: ComfySettings | undefined): ComfySettings {
  const typed = draft.baseUrl.trim();
  const baseUrl = typed === "" || /^[a-z]+:\/\//i.test(typed) ? typed : `http://${typed}`;
  const isSame = before?.auth.type === draft.auth;
  const value = draft.secret.trim() === "" && isSame ? STORED_SECRET : draft.secret.trim();
  const labels = [...new Set(draft.labels.split(",").map((label) => label.trim()))].filter((label) => label !== "");
  return { server: "comfyui", baseUrl, auth: authOf(draft, value), labels };
}

function authOf({ auth, header }: ComfyDraft, value: string): ComfySettings["auth"] {
  switch (auth) {
    case "none":
      return { type: "none" };
    case "bearer":
      return { type: "bearer", value };
    case "header":
      return { type: "header", name: header.trim(), value };
  }
}
