import { create } from "zustand";

export type Theme = "dark" | "light";

const KEY = "heddle.theme";

/** What was chosen here before; else what the system wishes, dark when it wishes nothing. */
export function startingTheme(): Theme {
  const stored = readStored();
  return stored ?? (matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark");
}

function readStored(): Theme | undefined {
  try {
    const stored = localStorage.getItem(KEY);
    return stored === "dark" || stored === "light" ? stored : undefined;
  } catch {
    return undefined;
  }
}

export function applyTheme(theme: Theme): void {
  document.documentElement.dataset.theme = theme;
  useTheme.setState({ theme });
}

export const useTheme = create<{ theme: Theme; toggle(): void }>()((_set, get) => ({
  theme: "dark",
  toggle: () => {
    const theme = get().theme === "dark" ? "light" : "dark";
    applyTheme(theme);
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // storage may be switched off: then it holds until the page is closed
    }
  },
}));
