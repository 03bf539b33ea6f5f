import { useEffect } from "react";
import { create } from "zustand";
import type { NodeId } from "#runtime/graph/ids.ts";

/** A field that is to have the focus as soon as the inspector shows it. */
interface FieldToOpen {
  wanted: { node: NodeId; field: string } | undefined;
}

const useFieldToOpen = create<FieldToOpen>()(() => ({ wanted: undefined }));

/** Asks for the focus in a field of a node; the caller selects the node. */
export function openField(node: NodeId, field: string): void {
  useFieldToOpen.setState({ wanted: { node, field } });
}

/** Gives the control of a field the focus when it is asked for. */
export function useOpenedField({ id, node, path }: { id: string; node: NodeId | undefined; path: string }): void {
  const isWanted = useFieldToOpen(({ wanted }) => wanted !== undefined && wanted.node === node && `/${wanted.field}` === path);
  useEffect(() => {
    if (!isWanted) return;
    useFieldToOpen.setState({ wanted: undefined });
    const control = document.getElementById(id);
    control?.focus();
    if (control instanceof HTMLTextAreaElement) control.setSelectionRange(control.value.length, control.value.length);
  }, [isWanted, id]);
}
