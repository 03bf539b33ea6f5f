import { Plus } from "lucide-react";
import { Button } from "../ui/button.tsx";

export function AddButton({ id, onAdd, children }: { id?: string; onAdd(): void; children: string }) {
  return (
    <Button {...(id !== undefined && { id })} look="quiet" size="small" icon={<Plus size={13} aria-hidden />} className="self-start" onClick={onAdd}>
      {children}
    </Button>
  );
}
