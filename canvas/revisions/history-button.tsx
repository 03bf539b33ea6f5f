import { FileClock } from "lucide-react";
import { IconButton } from "../ui/icon-button.tsx";
import { useHistoryAddress } from "./use-history-address.ts";

/** Opens the history of the graph. */
export function HistoryButton() {
  const { isOpen, toggle } = useHistoryAddress();
  return <IconButton label="History" keys="Shift+H" icon={<FileClock size={16} />} active={isOpen} onClick={toggle} />;
}
