import { pointer } from "#runtime/graph/json.ts";
import { ApiError } from "../api-error.ts";
import { type ComfySettings, comfySettingsSchema } from "../contract/comfyui-settings.ts";
import type { ConnectionKind } from "../contract/connections.ts";
import { type McpSettings, mcpSettingsSchema } from "../contract/mcp-settings.ts";
import { type ModelSettings, modelSettingsSchema } from "../contract/model-settings.ts";
import { type McpConnectionSettings, mcpConnectionSettings } from "../mcp/connection-settings.ts";

/** Settings of any kind. */
export type ConnectionSettings = McpSettings | ModelSettings | ComfySettings;

export function kindOf(settings: ConnectionSettings): ConnectionKind {
  if (isModelSettings(settings)) return "model";
  return isComfySettings(settings) ? "comfyui" : "mcp";
}

export function isMcpSettings(settings: ConnectionSettings): settings is McpSettings {
  return kindOf(settings) === "mcp";
}

export function isComfySettings(settings: ConnectionSettings): settings is ComfySettings {
  return "server" in settings && settings.server === "comfyui";
}

export function isModelSettings(settings: ConnectionSettings): settings is ModelSettings {
  return "provider" in settings;
}

/** Settings as they were stored. Throws ZodError when the row was written by something else. */
export function storedSettings(settings: unknown): McpSettings {
  return mcpSettingsSchema.parse(settings);
}

/** As `storedSettings`, of a model provider. */
export function storedModelSettings(settings: unknown): ModelSettings {
  return modelSettingsSchema.parse(settings);
}

/** As `storedSettings`, of a ComfyUI server. */
export function storedComfySettings(settings: unknown): ComfySettings {
  return comfySettingsSchema.parse(settings);
}

/** What the contract cannot say is wrong with settings. Throws `ApiError("bad-request")`. */
export function checkSettings(settings: McpSettings): McpConnectionSettings {
  const parsed = mcpConnectionSettings.safeParse(settings);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map(({ path, message }) => ({ path: pointer(["settings", ...path]), message }));
  throw new ApiError("bad-request", "A server cannot be started like this.", { errors });
}
