/** Which values of a kind's settings are secrets, and who gets to see them. */
export interface SecretParts<Settings> {
  /** By the names under which the vault keeps them; `STORED_SECRET` where the one that is stored stays. */
  values(settings: Settings): Record<string, string>;
  /** The settings with these in place of the values they have. */
  with(settings: Settings, values: Readonly<Record<string, string>>): Settings;
  /** Where a value stands in the settings. */
  path(name: string): string[];
  /** What people call a value, at the beginning of a sentence. */
  title(name: string): string;
  /** Who gets to see the values, as a text: another one does not get those that are stored. */
  audience(settings: Settings): string;
  /** What to do about one value when somebody else would see it. */
  enterAgain(name: string, settings: Settings): string;
  /** Why stored values are not kept then. */
  changed(settings: Settings): string;
}
