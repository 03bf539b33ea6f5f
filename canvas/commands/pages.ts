import {
  Activity,
  Bot,
  Braces,
  CircleUserRound,
  ImagePlus,
  Images,
  Inbox,
  KeyRound,
  Library,
  type LucideIcon,
  Plug,
  ScrollText,
  Settings,
  Terminal,
  UserRoundCheck,
  Users,
  Workflow,
  Wrench,
} from "lucide-react";
import type { Action } from "#server/contract/access.ts";

export interface Page {
  to: string;
  title: string;
  icon: LucideIcon;
  keywords?: readonly string[];
  /** Not in a workspace of one person. */
  ofTeams?: boolean;
  /** For those who may do this. */
  takes?: Action;
  /** Where in the rail; absent: it is reached from elsewhere. */
  rail?: "top" | "bottom";
}

/** Where a member can go: the rail and the palette of commands both show these, in this order. */
export const PAGES: readonly Page[] = [
  { to: "/", title: "Graphs", icon: Workflow, keywords: ["home", "start", "list"], rail: "top" },
  { to: "/agents", title: "Agents", icon: Bot, keywords: ["assistants", "library", "chat"], rail: "top" },
  { to: "/inbox", title: "Inbox", icon: Inbox, keywords: ["mentions", "messages", "comments"], rail: "top" },
  { to: "/runs", title: "Runs", icon: Activity, keywords: ["history", "executions"], rail: "top" },
  { to: "/approvals", title: "Approvals", icon: UserRoundCheck, keywords: ["gates", "waiting", "decide"], rail: "top" },
  { to: "/media", title: "Media library", icon: Images, keywords: ["files", "assets", "pictures", "uploads"], rail: "top" },
  { to: "/comfyui", title: "ComfyUI workflows", icon: ImagePlus, keywords: ["pictures", "images", "generate", "queue"], rail: "top" },
  { to: "/connections", title: "Connections", icon: Plug, keywords: ["mcp", "servers", "tools"], rail: "top" },
  { to: "/tools", title: "Tools", icon: Wrench, keywords: ["mcp", "permissions", "rules", "playground"], rail: "top" },
  { to: "/knowledge", title: "Knowledge", icon: Library, keywords: ["documents", "collections", "search", "rag", "pdf"], rail: "top" },
  { to: "/credentials", title: "Credentials", icon: KeyRound, keywords: ["secrets", "vault", "keys"], rail: "top" },
  { to: "/variables", title: "Variables", icon: Braces, rail: "top" },
  { to: "/people", title: "People", icon: Users, keywords: ["members", "team", "invite"], ofTeams: true, rail: "bottom" },
  { to: "/tokens", title: "API tokens", icon: Terminal, rail: "bottom" },
  { to: "/audit", title: "Audit log", icon: ScrollText, takes: "audit.read", rail: "bottom" },
  { to: "/settings", title: "Settings", icon: Settings, keywords: ["workspace", "theme"], rail: "bottom" },
  { to: "/profile", title: "Your profile", icon: CircleUserRound, keywords: ["account", "sessions", "password"], ofTeams: true },
];
