import { Command } from "lucide-react";
import { IconButton } from "../ui/icon-button.tsx";
import { useCommandView } from "./command-view.ts";

/** Opens the search for everything that can be done, and from there the list of keys. */
export function CommandsButton({ side = "bottom" }: { side?: "bottom" | "right" }) {
  const { show } = useCommandView();
  return <IconButton label="Do or find anything" keys="Ctrl+K" side={side} icon={<Command size={16} />} onClick={() => show("palette")} />;
}
