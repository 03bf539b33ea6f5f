import { create } from "zustand";

/** Which of the two windows made from the commands is open. */
interface CommandView {
  open: "palette" | "keys" | undefined;
  show(open: CommandView["open"]): void;
}

export const useCommandView = create<CommandView>()((set) => ({ open: undefined, show: (open) => set({ open }) }));
