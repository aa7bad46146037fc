/** Hands a file to the window's own way of saving: a dialog on the desktop, the downloads of a browser. */
export const saveFile = (name: string, content: Blob): void => {
  const url = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The browser reads the address when it takes the click, which is not before this task ends.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
