import type { ComfySettings } from "../contract/comfyui-settings.ts";
import type { SecretParts } from "./secret-parts.ts";

const AUTH_VALUE = "auth-value";

/** What proves who asks: bound to the host it was entered for. */
export const comfySecrets: SecretParts<ComfySettings> = {
  values: ({ auth }): Record<string, string> => (auth.type === "none" ? {} : { [AUTH_VALUE]: auth.value }),
  with: (settings, { [AUTH_VALUE]: value }) =>
    value === undefined || settings.auth.type === "none" ? settings : { ...settings, auth: { ...settings.auth, value } },
  path: () => ["auth", "value"],
  title: () => "The token",
  audience: ({ baseUrl, auth }) => JSON.stringify([new URL(baseUrl).origin, auth.type === "header" ? auth.name.toLowerCase() : auth.type]),
  enterAgain: (_name, { baseUrl }) => `It was entered for another host or header. Enter the one for ${new URL(baseUrl).host}.`,
  changed: () => "The host or the header has changed, so the stored value is not sent to it. Enter it again.",
};
