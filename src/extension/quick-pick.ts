/** A text of somebody else's as it is: lists and the status bar would draw an icon for `$(name)`. */
export function withoutIcons(text: string): string {
  return text.replaceAll('$(', '\\$(');
}
