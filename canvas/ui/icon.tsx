import {
  Bot,
  Box,
  Braces,
  Clock,
  Database,
  FileText,
  Flag,
  GitMerge,
  Globe,
  Image,
  type LucideIcon,
  Merge,
  Play,
  Repeat,
  Route,
  Split,
  SquareCode,
  StickyNote,
  Timer,
  UserCheck,
  Webhook,
  Wrench,
} from "lucide-react";
import { type ComponentType, lazy, Suspense } from "react";

/** In the first download; every other lucide icon comes with `icon-set.ts`. */
const USUAL: Readonly<Record<string, LucideIcon>> = {
  bot: Bot,
  box: Box,
  braces: Braces,
  clock: Clock,
  database: Database,
  "file-text": FileText,
  flag: Flag,
  globe: Globe,
  "git-merge": GitMerge,
  image: Image,
  merge: Merge,
  play: Play,
  repeat: Repeat,
  route: Route,
  split: Split,
  "square-code": SquareCode,
  "sticky-note": StickyNote,
  timer: Timer,
  "user-check": UserCheck,
  webhook: Webhook,
  wrench: Wrench,
};

const others = new Map<string, ComponentType<{ size: number }>>();

function otherIcon(name: string): ComponentType<{ size: number }> {
  const known = others.get(name);
  if (known) return known;
  const made = lazy(async () => ({ default: (await import("./icon-set.ts")).findIcon(name) ?? Box }));
  others.set(name, made);
  return made;
}

/** An icon by its lucide name, as node definitions give it. A box stands in for a name that does not exist. */
export function Icon({ name, size = 16 }: { name: string; size?: number }) {
  const Usual = USUAL[name];
  if (Usual) return <Usual size={size} aria-hidden />;
  const Other = otherIcon(name);
  return (
    <Suspense fallback={<Box size={size} aria-hidden />}>
      <Other size={size} aria-hidden />
    </Suspense>
  );
}
