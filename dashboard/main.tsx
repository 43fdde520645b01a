/** The portal starts here, with its words: every other module may take them for granted. */
import './styles.css'
import { loadCore } from './text.ts'

void loadCore().then(() => import('./start.tsx'))
