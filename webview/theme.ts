import type { Role } from '../src/core/spec/spec.js';

export type ThemeKind = 'light' | 'dark' | 'highContrast' | 'highContrastLight';

/** VS Code's colours as a canvas needs them: resolved. Elements of the page use the variables themselves (panel.css). */
export interface Theme {
  readonly kind: ThemeKind;
  readonly foreground: string;
  /** Of what is said beside the point: axes, hints. */
  readonly muted: string;
  readonly background: string;
  /** Lines of grids and frames. */
  readonly border: string;
  readonly focus: string;
  /** One colour for each party, everywhere: teacher, baseline, student, and the truth. */
  readonly party: Readonly<Record<Role | 'truth', string>>;
  /** Ends of the diverging ramp of differences. Its middle is the background. */
  readonly better: string;
  readonly worse: string;
  readonly fontFamily: string;
  /** In CSS pixels. */
  readonly fontSize: number;
}

/** Whether fills give way to frames, so that what stands on them can be read. */
export function isHighContrast({ kind }: Pick<Theme, 'kind'>): boolean {
  return kind === 'highContrast' || kind === 'highContrastLight';
}

/** The theme as the page has it now, read from VS Code's variables. */
export function readTheme(): Theme {
  const style = getComputedStyle(document.body);
  const color = (name: string, otherwise: string): string => style.getPropertyValue(name).trim() || otherwise;
  const foreground = color('--vscode-editor-foreground', style.color);
  return {
    kind: kindOf(document.body.classList),
    foreground,
    muted: color('--vscode-descriptionForeground', foreground),
    background: color('--vscode-editor-background', style.backgroundColor),
    border: color('--vscode-contrastBorder', color('--vscode-panel-border', foreground)),
    focus: color('--vscode-focusBorder', foreground),
    party: {
      teacher: opaque(color('--vscode-charts-purple', '#b180d7')),
      student: opaque(color('--vscode-charts-blue', '#3794ff')),
      baseline: opaque(color('--vscode-charts-orange', '#d18616')),
      truth: foreground,
    },
    better: opaque(color('--vscode-charts-green', '#388a34')),
    worse: opaque(color('--vscode-charts-red', '#f14c4c')),
    fontFamily: color('--vscode-font-family', 'sans-serif'),
    fontSize: Number.parseFloat(color('--vscode-font-size', '13px')) || 13,
  };
}

/** Some themes have orange for a highlight only, which one can look through; a line must be seen. As panel.css does. */
function opaque(color: string): string {
  const context = document.createElement('canvas').getContext('2d');
  if (context === null) return color;
  context.fillStyle = color;
  const parts = /^rgba\((\d+), (\d+), (\d+), [\d.]+\)$/.exec(context.fillStyle);
  return parts === null ? context.fillStyle : `rgb(${parts.slice(1).join(', ')})`;
}

/** Calls back whenever VS Code changes its theme. @returns a function that ends it */
export function onThemeChange(listener: (theme: Theme) => void): () => void {
  const observer = new MutationObserver(() => listener(readTheme()));
  observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
  return () => observer.disconnect();
}

function kindOf(classes: DOMTokenList): ThemeKind {
  if (classes.contains('vscode-high-contrast-light')) return 'highContrastLight';
  if (classes.contains('vscode-high-contrast')) return 'highContrast';
  return classes.contains('vscode-light') ? 'light' : 'dark';
}
