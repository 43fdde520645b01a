/** What the made-up shop of `knowledge.ts` writes about: things, and what people want to know of a thing. */

export const nouns =
  'kettle backpack tent lantern stove blender toaster desk lamp armchair bookshelf mattress pillow blanket curtain mirror wardrobe bicycle helmet scooter trailer saddle pump jacket raincoat boot glove scarf hammock cooler thermos grill smoker mower trimmer drill sander ladder toolbox router printer keyboard monitor headset speaker camera tripod projector tablet charger heater fan humidifier vacuum freezer oven dishwasher'.split(
    ' ',
  )

export const modifiers =
  'folding portable electric compact insulated wooden foldable cordless waterproof lightweight heavy-duty vintage children’s travel outdoor wireless adjustable rechargeable ceramic stainless premium quiet oversized bamboo'.split(
    ' ',
  )

/** `{t}` stands for the thing, `{n}` for a small number, `{m}` for a larger one, `{p}` for a place, `{d}` for a weekday. */
export interface Topic {
  title: string
  /** The first is what the client wrote down; visitors ask in the other ways. */
  ask: readonly string[]
  say: readonly string[]
}

const topic = (title: string, ask: string[], say: string[]): Topic => ({ title, ask, say })

export const topics: readonly Topic[] = [
  topic(
    'Cleaning the {t}',
    [
      'How do I clean the {t}?',
      'What should I wash my {t} with?',
      'my {t} got dirty, how to clean it',
      'Is soap okay for cleaning a {t}?',
    ],
    [
      'Clean the {t} with a damp cloth and a little mild soap, then let it dry for {n} hours.',
      'Wash nothing of it in a machine.',
    ],
  ),
  topic(
    'Returns: {t}',
    [
      'Can I return the {t}?',
      'I changed my mind about the {t}, can I return it?',
      'how long do I have to return a {t}',
      'Do you take back a used {t}?',
    ],
    [
      'You may return the {t} within {m} days, unused and in its box.',
      'Send it to our returns desk in {p}; we pay you back in {n} days.',
    ],
  ),
  topic(
    'Warranty of the {t}',
    [
      'How long is the warranty on the {t}?',
      'what does the guarantee for my {t} cover',
      'Is there a warranty with the {t}?',
      'My {t} broke after a year, is it under warranty?',
    ],
    [
      'The warranty of the {t} runs for {n} years from the day you bought it.',
      'It covers faults of material and making, not wear.',
    ],
  ),
  topic(
    'Delivery of the {t}',
    [
      'How long does delivery of the {t} take?',
      'When will my {t} be delivered?',
      'shipping time for a {t} please',
      'Could the {t} be delivered by {d}?',
    ],
    [
      'Delivery of the {t} takes {n} working days; it leaves our warehouse in {p}.',
      'You get a message with a tracking number once it has shipped.',
    ],
  ),
  topic(
    'Assembling the {t}',
    [
      'How is the {t} put together?',
      'I need help assembling the {t}',
      'Which tools are needed to assemble my {t}?',
      'assembly instructions {t}',
    ],
    [
      'Assembling the {t} takes about {m} minutes and one hex key, which is in the box.',
      'Tighten every screw only after all parts stand in place.',
    ],
  ),
  topic(
    'Spare parts for the {t}',
    [
      'Where do I get spare parts for the {t}?',
      'I lost a screw of my {t}, can I buy parts?',
      'Do you sell replacement parts for the {t}?',
      'spare part order {t}',
    ],
    [
      'Spare parts for the {t} can be ordered by the number on its label for {n} years after it goes out of sale.',
      'Small parts are free.',
    ],
  ),
  topic(
    'Charging the {t}',
    [
      'How long does the {t} take to charge?',
      'my {t} does not charge any more',
      'How do I know that the {t} is fully charged?',
      'charging time of the battery in the {t}',
    ],
    [
      'The battery of the {t} charges in {n} hours; the light turns green when it is full.',
      'Charge it once in {n} months when it is not in use.',
    ],
  ),
  topic(
    'Storing the {t}',
    [
      'How should I store the {t} in winter?',
      'Where can I keep my {t} in winter?',
      'Does frost harm the {t}?',
      'storing a {t} over winter',
    ],
    ['Store the {t} dry and above {n} degrees in winter, standing upright.', 'Frost makes its seals brittle.'],
  ),
  topic(
    'Load of the {t}',
    [
      'How much weight can the {t} carry?',
      'What is the maximum load of the {t}?',
      'Can the {t} carry {m} kilos?',
      'weight limit {t}',
    ],
    ['The {t} carries a load of up to {m} kilograms, spread evenly.', 'More than that bends its frame.'],
  ),
  topic(
    'Noise of the {t}',
    [
      'How loud is the {t}?',
      'My {t} makes a strange noise',
      'Does the {t} make much noise at night?',
      'why is the {t} so noisy',
    ],
    [
      'The {t} runs at {m} decibels, about as loud as rain.',
      'A rattling noise means that a screw underneath has come loose.',
    ],
  ),
  topic(
    'Paying for the {t} in parts',
    [
      'Can I pay for the {t} in instalments?',
      'Do you offer monthly payments for a {t}?',
      'I would like to pay the {t} later',
      'paying for a {t} monthly',
    ],
    ['You can pay for the {t} in {n} monthly instalments without interest.', 'The first one is due when it ships.'],
  ),
  topic(
    'Gift wrapping the {t}',
    [
      'Can the {t} be gift-wrapped?',
      'The {t} is a present, can you wrap it?',
      'Do you put a card in with the {t}?',
      'gift wrap for a {t}',
    ],
    ['We wrap the {t} as a gift for {n} euros and put in a card with your words.', 'The invoice then goes by mail.'],
  ),
  topic(
    'Colours of the {t}',
    [
      'Which colours does the {t} come in?',
      'Is blue among the colours of the {t}?',
      'Do you have a darker colour of the {t}?',
      'colour options {t}',
    ],
    ['The {t} comes in {n} colours: sand, slate, moss and red.', 'Colours on a screen may look lighter than they are.'],
  ),
  topic(
    'Repairing the {t}',
    [
      'Do you repair the {t}?',
      'Where can I have my {t} repaired?',
      'What does it cost to repair a {t}?',
      'the {t} is broken, can your workshop mend it',
    ],
    [
      'Our workshop in {p} repairs the {t} within {n} days and tells you the price before it begins.',
      'Bring it without its box.',
    ],
  ),
  topic(
    'Renting the {t}',
    [
      'Can I rent the {t}?',
      'How much is renting a {t} for a weekend?',
      'Do you lend the {t} by the day?',
      'renting a {t} by the day',
    ],
    ['You can rent the {t} by the day for {m} euros at our shop in {p}.', 'We keep a deposit until it is back.'],
  ),
  topic(
    'Age for the {t}',
    [
      'From which age is the {t} suitable?',
      'Is the {t} suitable for toddlers?',
      'What age must children be for the {t}?',
      'minimum age {t}',
    ],
    [
      'The {t} is suitable from the age of {n}; younger children need an adult beside them.',
      'Small parts could be swallowed.',
    ],
  ),
  topic(
    'Energy used by the {t}',
    [
      'How much electricity does the {t} use?',
      'What does the {t} cost me in power each month?',
      'How many watts does the {t} need?',
      'electricity consumption of the {t}',
    ],
    [
      'The {t} draws {m} watts, which is about {n} euros of electricity a month at an hour a day.',
      'Switched off it draws nothing.',
    ],
  ),
  topic(
    'Resetting the {t}',
    [
      'How do I reset the {t}?',
      'My {t} is frozen, how is it reset?',
      'restart or factory reset for a {t}',
      'Which button resets the {t}?',
    ],
    [
      'Hold the small button of the {t} for {n} seconds until it blinks twice; that resets it.',
      'Your settings are lost by this.',
    ],
  ),
  topic(
    'Connecting the {t} to a phone',
    [
      'How do I connect the {t} to my phone?',
      'The {t} will not pair with my phone',
      'Is there an app for the {t}?',
      'bluetooth pairing {t}',
    ],
    [
      'Open the app, hold the {t} near your phone and tap Pair; it works up to {m} metres away.',
      'Only one phone can be paired at a time.',
    ],
  ),
  topic(
    'Measures of the {t}',
    [
      'How large is the {t}?',
      'What are the measures of the {t}?',
      'How many centimetres deep is the {t}?',
      'width and height of the {t}',
    ],
    ['The {t} measures {m} by {m} centimetres and is {n} centimetres deep.', 'Leave a hand’s width free around it.'],
  ),
  topic(
    'Insurance for the {t}',
    [
      'Can I insure the {t} against theft?',
      'My {t} was stolen, what now?',
      'Do you offer insurance with a {t}?',
      'theft insurance {t}',
    ],
    [
      'Insurance of the {t} against theft costs {n} euros a year and starts on the day of purchase.',
      'Report a theft to the police within {n} days.',
    ],
  ),
  topic(
    'Old {t}',
    [
      'Do you take my old {t} away?',
      'How do I get rid of an old {t}?',
      'Where is a {t} recycled?',
      'taking away an old {t}',
    ],
    [
      'We take your old {t} with us when we bring the new one, free of charge.',
      'It is recycled at our partner in {p}.',
    ],
  ),
  topic(
    'Manual of the {t}',
    [
      'Where do I find the manual of the {t}?',
      'I lost the printed manual of my {t}',
      'Can you send me a manual for the {t} as PDF?',
      'user manual {t}',
    ],
    ['The manual of the {t} stands on its page under Downloads, in {n} languages.', 'A printed copy costs {n} euros.'],
  ),
  topic(
    'Using the {t} in rain',
    [
      'May the {t} be used in the rain?',
      'Does the {t} stand rain?',
      'My {t} got wet in the rain, is that a problem?',
      'does water damage a {t}',
    ],
    ['The {t} stands light rain for {n} hours but not a downpour.', 'When it got wet, let it dry open for a day.'],
  ),
  topic(
    'Discount on the {t}',
    [
      'Is there a discount on several {t}s?',
      'Do students pay less for a {t}?',
      'Do you give a discount on the {t}?',
      'voucher code for a {t}',
    ],
    ['From {n} pieces on we give a discount of {m} percent on the {t}.', 'Vouchers cannot be added to it.'],
  ),
  topic(
    'Trying the {t}',
    [
      'Can I try the {t} before I buy it?',
      'Where can I try the {t}?',
      'Is a {t} in your showroom?',
      'see the {t} in a showroom',
    ],
    ['You can try the {t} in our showroom in {p}, every {d} until {n} in the evening.', 'No appointment is needed.'],
  ),
  topic(
    'Where the {t} is made',
    [
      'Where is the {t} made?',
      'Which country does the {t} come from?',
      'Which firm makes the {t}?',
      'In which region is the {t} made?',
    ],
    ['The {t} is made in {p} by a family firm of {m} people.', 'Its timber and metal come from the region.'],
  ),
  topic(
    'Taking the {t} on a plane',
    [
      'May I take the {t} on a plane?',
      'Does the {t} count as hand luggage?',
      'Do airlines allow a {t}?',
      'is a {t} allowed in the cabin',
    ],
    [
      'Most airlines allow the {t} in the cabin when its battery has less than {m} watt-hours.',
      'Ask yours before {d}.',
    ],
  ),
  topic(
    'Changing an order of the {t}',
    [
      'Can I change my order of the {t}?',
      'I ordered the wrong {t}',
      'How do I cancel a {t} that I ordered?',
      'cancel order {t}',
    ],
    [
      'An order of the {t} can be changed or cancelled for {n} hours in your account.',
      'After that it is packed already.',
    ],
  ),
  topic(
    'Settings of the {t}',
    [
      'How do I adjust the {t}?',
      'Which step is best when I adjust the {t}?',
      'Can the height of the {t} be adjusted?',
      'adjusting a {t}',
    ],
    [
      'Turn the wheel on the side of the {t} to adjust it in {n} steps; step two suits most people.',
      'It clicks when it has locked.',
    ],
  ),
]
