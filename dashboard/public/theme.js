// Runs before the first paint, so that the page never flashes in the wrong colours. dashboard/theme.ts takes over from here.
;(() => {
  var chosen = null
  try {
    chosen = localStorage.getItem('parley:theme')
  } catch {}
  var dark = chosen ? chosen === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches
  document.documentElement.dataset.theme = dark ? 'dark' : 'light'
})()
