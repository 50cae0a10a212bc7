import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeTextField,
} from '@vscode/webview-ui-toolkit';
import { h, type ComponentChildren, type JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/**
 * The controls of the panel, made of VS Code's web components. Nothing else in the panel knows the toolkit, whose
 * repository is archived: what replaces it will replace this file.
 */
export function registerToolkit(): void {
  provideVSCodeDesignSystem().register(
    vsCodeButton(),
    vsCodeCheckbox(),
    vsCodeDropdown(),
    vsCodeOption(),
    vsCodeTextField(),
  );
}

interface ControlProps {
  /** The tooltip, with the shortcut where there is one. */
  readonly title: string;
  /** The name for those who do not see it; left out where a text on the control says it. */
  readonly label?: string;
  readonly disabled?: boolean;
  readonly class?: string;
}

interface ButtonProps extends ControlProps {
  readonly appearance?: 'primary' | 'secondary' | 'icon';
  /** For a button that stays down. */
  readonly pressed?: boolean;
  /** For a button that opens something. */
  readonly expanded?: boolean;
  readonly onClick: () => void;
  readonly children?: ComponentChildren;
}

export function Button(props: ButtonProps): JSX.Element {
  return h(
    'vscode-button',
    {
      class: props.class,
      appearance: props.appearance ?? 'primary',
      title: props.title,
      disabled: props.disabled ?? false,
      'aria-label': props.label,
      'aria-pressed': props.pressed === undefined ? undefined : String(props.pressed),
      'aria-expanded': props.expanded === undefined ? undefined : String(props.expanded),
      onClick: props.onClick,
    },
    props.children,
  );
}

interface CheckboxProps extends ControlProps {
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly children?: ComponentChildren;
}

export function Checkbox(props: CheckboxProps): JSX.Element {
  const element = useRef<HTMLInputElement>(null);
  const { checked } = props;
  useLayoutEffect(() => {
    if (element.current !== null) element.current.checked = checked;
  }, [checked]);
  // The component reports also what it was told: only what differs comes from the person.
  const onChange = (): void => {
    const now = element.current?.checked ?? checked;
    if (now !== checked) props.onChange(now);
  };
  return h(
    'vscode-checkbox',
    {
      ref: element,
      class: props.class,
      title: props.title,
      disabled: props.disabled ?? false,
      'aria-label': props.label,
      onChange,
    },
    props.children,
  );
}

interface DropdownProps<V extends string> extends ControlProps {
  readonly value: V;
  readonly options: readonly { readonly value: V; readonly text: string }[];
  readonly onChange: (value: V) => void;
}

export function Dropdown<V extends string>(props: DropdownProps<V>): JSX.Element {
  const element = useRef<HTMLSelectElement>(null);
  const { value, options } = props;
  const list = options.map((option) => `${option.value}\n${option.text}`).join('\n');
  useLayoutEffect(() => {
    if (element.current !== null) element.current.value = value;
  }, [value, list]);
  const onChange = (): void => {
    const chosen = options.find((option) => option.value === element.current?.value);
    if (chosen !== undefined && chosen.value !== value) props.onChange(chosen.value);
  };
  return h(
    'vscode-dropdown',
    {
      // Options that are exchanged under the component confuse it; another list is another component.
      key: list,
      ref: element,
      class: props.class,
      title: props.title,
      disabled: props.disabled ?? false,
      'aria-label': props.label,
      onChange,
    },
    options.map((option) =>
      h('vscode-option', { key: option.value, value: option.value, selected: option.value === value }, option.text),
    ),
  );
}

interface TextFieldProps extends ControlProps {
  readonly value: string;
  readonly placeholder?: string;
  /** Of the text, in characters. */
  readonly size?: number;
  readonly onInput: (value: string) => void;
}

export function TextField(props: TextFieldProps): JSX.Element {
  const element = useRef<HTMLInputElement>(null);
  const { value } = props;
  useLayoutEffect(() => {
    if (element.current !== null && element.current.value !== value) element.current.value = value;
  }, [value]);
  return h('vscode-text-field', {
    ref: element,
    class: props.class,
    title: props.title,
    disabled: props.disabled ?? false,
    placeholder: props.placeholder,
    size: props.size,
    'aria-label': props.label,
    onInput: () => props.onInput(element.current?.value ?? value),
  });
}
