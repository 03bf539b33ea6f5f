import { Keyboard } from "lucide-react";
import { IconButton } from "../ui/icon-button.tsx";
import { useCommandView } from "./command-view.ts";

/** Opens the list of keys. */
export function KeysButton({ side = "bottom" }: { side?: "bottom" | "right" }) {
  const { show } = useCommandView();
  return <IconButton label="Keys" keys="?" side={side} icon={<Keyboard size={16} />} onClick={() => show("keys")} />;
}
