import { icons, type LucideIcon } from "lucide-react";

/** Any lucide icon by its kebab-case name. Large: loaded only when a name is not among the usual ones. */
export function findIcon(name: string): LucideIcon | undefined {
  const key = name.replaceAll(/(?:^|-)([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase());
  return (icons as Readonly<Record<string, LucideIcon>>)[key];
}
