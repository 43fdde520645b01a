/** The look of the pages behind the menu: a style sheet that is fetched with the first of them. */
let loading: Promise<void> | undefined

/** Resolves when it applies. A failed load may be tried again. */
export function loadPageStyles(): Promise<void> {
  loading ??= new Promise<void>((resolve, reject) => {
    const sheet = document.createElement('link')
    sheet.rel = 'stylesheet'
    sheet.href = document.querySelector<HTMLMetaElement>('meta[name="page-styles"]')!.content
    sheet.onload = () => resolve()
    sheet.onerror = () => {
      sheet.remove()
      loading = undefined
      reject(new Error('The style sheet of the pages did not arrive.'))
    }
    document.head.append(sheet)
  })
  return loading
}
