/** Focuses the field of an attribute. `group`: `image`, or `object 12`; its panel must be on the screen. */
export function focusAttribute(group: string, name: string): void {
  const row = document.querySelector(`[data-attribute="${CSS.escape(`${group} ${name}`)}"]`)
  row?.scrollIntoView({ block: 'nearest' })
  row?.querySelector<HTMLElement>('input, textarea, button, [tabindex]')?.focus()
}
