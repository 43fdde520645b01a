/** The page's code and the question who is signed in are fetched side by side. */
import '@preact/signals'
import './theme.ts'
import { render } from 'preact'
import { App, preload } from './router.tsx'
import { restore } from './session.ts'

preload(location.pathname)
void restore()
render(<App />, document.getElementById('app')!)
