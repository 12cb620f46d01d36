/** A coordinate with one decimal at most. */
export function coordinate(value: number): string {
  return value.toFixed(1).replace(/\.0$/, "");
}

/** Text that means itself, in content and in attributes. */
export function escape(text: string): string {
  return text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
