import { Moon, Sun } from "lucide-react";
import { IconButton } from "../ui/icon-button.tsx";
import { useTheme } from "./theme.ts";

export function ThemeButton() {
  const { theme, toggle } = useTheme();
  const isDark = theme === "dark";
  return <IconButton label={isDark ? "Light theme" : "Dark theme"} icon={isDark ? <Sun size={16} /> : <Moon size={16} />} side="right" onClick={toggle} />;
}
