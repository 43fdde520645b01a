/** What stands in for a page that could not be loaded or drawn. The menu around it goes on working. */
import { Component, type ComponentChildren } from 'preact'
import { t } from '../text.ts'
import { Button } from './button.tsx'
import { Notice, Page } from './surface.tsx'

/** A page whose code is not there (any more). */
export const Stale = () => <Trouble text={t.error.stale} />

function Trouble({ text }: { text: string }) {
  return (
    <Page title={t.error.unknown} narrow>
      <Notice
        tone="bad"
        alert
        actions={
          <Button small onClick={() => location.reload()}>
            {t.reload}
          </Button>
        }
      >
        {text}
      </Notice>
    </Page>
  )
}

interface BoundaryProps {
  /** Another place is another try. */
  place: string
  children: ComponentChildren
}

/** Catches what a page throws while drawing; the browser's console has the error. */
export class Boundary extends Component<BoundaryProps, { brokenAt?: string }> {
  override componentDidCatch(error: unknown) {
    console.error(error)
    this.setState({ brokenAt: this.props.place })
  }

  override render() {
    const { place, children } = this.props
    return this.state.brokenAt === place ? <Trouble text={t.error.broken} /> : children
  }
}
