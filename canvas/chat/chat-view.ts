import { create } from "zustand";

/** Whether the chat stands beside the board. */
interface ChatView {
  isOpen: boolean;
  toggle(): void;
}

export const useChatView = create<ChatView>()((set) => ({
  isOpen: false,
  toggle: () => set(({ isOpen }) => ({ isOpen: !isOpen })),
}));
