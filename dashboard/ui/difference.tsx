/** A text with what differs from another marked: by a line and weight as well as by colour, and whole on demand. */
import { useSignal } from '@preact/signals'
import { type Piece, shortened } from '../difference.ts'
import { t } from '../text.ts'

interface MarkedProps {
  pieces: Piece[]
  /** `differs`: neither is the newer; `removed`, `added`: of two versions. */
  as?: 'differs' | 'removed' | 'added'
}

export function Marked({ pieces, as = 'differs' }: MarkedProps) {
  const whole = useSignal(false)
  const short = shortened(pieces)
  const isCut = short.includes(null)
  const Tag = ({ differs: 'mark', removed: 'del', added: 'ins' } as const)[as]
  return (
    <div class="marked">
      <p>
        {(whole.value ? pieces : short).map((piece, i) =>
          piece === null ? (
            <span key={i} class="marked-cut">
              {' … '}
            </span>
          ) : piece.same ? (
            <span key={i}>{piece.text}</span>
          ) : (
            <Tag key={i} class={`differs differs-${as}`}>
              {piece.text}
            </Tag>
          ),
        )}
      </p>
      {isCut && (
        <button
          type="button"
          class="link-button"
          aria-expanded={whole.value}
          onClick={() => {
            whole.value = !whole.value
          }}
        >
          {whole.value ? t.review.less : t.review.whole}
        </button>
      )}
    </div>
  )
}
