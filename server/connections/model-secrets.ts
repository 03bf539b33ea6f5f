import type { ModelSettings } from "../contract/model-settings.ts";
import { providerUrl } from "../models/provider-url.ts";
import type { SecretParts } from "./secret-parts.ts";

const API_KEY = "api-key";

/** The key of a model provider: bound to the host it was entered for. */
export const modelSecrets: SecretParts<ModelSettings> = {
  values: ({ apiKey }) => (apiKey === undefined ? {} : { [API_KEY]: apiKey }),
  with: (settings, { [API_KEY]: apiKey }) => (apiKey === undefined ? settings : { ...settings, apiKey }),
  path: () => ["apiKey"],
  title: () => "The key",
  audience: (settings) => providerUrl(settings)?.origin ?? "",
  enterAgain: (_name, settings) => `The key was entered for another host. Enter the one for ${providerUrl(settings)?.host ?? "this provider"}.`,
  changed: () => "The host has changed, so the stored key is not sent to it. Enter the key again.",
};
