import { type Theme, useTheme } from "../state/theme";
import { IconButton } from "./button";
import type { IconName } from "./icon";

const NEXT: Record<Theme, Theme> = { auto: "light", light: "dark", dark: "auto" };
const LOOK: Record<Theme, [IconName, string]> = { auto: ["screen", "like the system"], light: ["sun", "light"], dark: ["moon", "dark"] };

export function ThemeSwitch() {
  const [theme, choose] = useTheme();
  const [icon, word] = LOOK[theme];
  return <IconButton icon={icon} label={`Colours: ${word}. Change to ${LOOK[NEXT[theme]][1]}`} onClick={() => choose(NEXT[theme])} />;
}
