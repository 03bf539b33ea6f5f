import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { toast } from "sonner";
import { IconButton } from "./icon-button.tsx";

const SHOWN_MS = 1_500;

/** Puts a text on the clipboard; asked for only when pressed. */
export function CopyButton({ label = "Copy", text }: { label?: string; text(): string }) {
  const [isDone, setDone] = useState(false);
  useEffect(() => {
    if (!isDone) return;
    const timer = setTimeout(() => setDone(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [isDone]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text());
      setDone(true);
    } catch {
      toast.error("The browser did not allow copying. Select the text and copy it by hand.");
    }
  };
  return (
    <IconButton
      label={isDone ? "Copied" : label}
      size="small"
      icon={isDone ? <Check size={13} className="text-succeeded" /> : <Copy size={13} />}
      onClick={() => void copy()}
    />
  );
}
