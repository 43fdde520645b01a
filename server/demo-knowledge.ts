/** What the demo bot knows. */
export interface DemoEntry {
  kind: 'text' | 'qa' | 'row'
  category: string
  content: string
  title?: string
  question?: string
  alternates?: string[]
}

export const demoKnowledge: DemoEntry[] = [
  {
    kind: 'qa',
    category: 'visit',
    question: 'When are you open?',
    alternates: ['What are your opening hours?', 'Are you open on Saturdays?', 'Are you open on Sundays?'],
    content:
      'The shop is open Monday to Friday from 9:00 to 18:30 and Saturday from 9:00 to 16:00. On Sundays and public holidays we are closed.',
  },
  {
    kind: 'qa',
    category: 'visit',
    question: 'Where are you and how do I get there?',
    alternates: ['What is your address?', 'Can I park at the shop?'],
    content:
      'You find us at 12 Harbour Lane, opposite the old ferry terminal. Tram 4 stops at Harbour Lane, two minutes on foot. There are four parking spaces behind the shop, entrance from Rope Street.',
  },
  {
    kind: 'qa',
    category: 'contact',
    question: 'How can I reach you?',
    alternates: ['What is your phone number?', 'Can I write you an e-mail?'],
    content:
      'Call 555 0142 during opening hours, or write to hello@harbourlane.example. We answer e-mails within one working day.',
  },
  {
    kind: 'row',
    category: 'workshop',
    title: 'Basic service',
    content:
      'Service: Basic service; Price: 49 EUR; Duration: same day; Includes: brakes and gears adjusted, chain oiled, tyres pumped, safety check',
  },
  {
    kind: 'row',
    category: 'workshop',
    title: 'Full service',
    content:
      'Service: Full service; Price: 119 EUR; Duration: 2 working days; Includes: everything in the basic service, wheels trued, bearings cleaned and greased, all cables renewed',
  },
  {
    kind: 'row',
    category: 'workshop',
    title: 'E-bike service',
    content:
      'Service: E-bike service; Price: 139 EUR; Duration: 2 working days; Includes: full service, battery test, motor diagnosis and software update',
  },
  {
    kind: 'qa',
    category: 'workshop',
    question: 'Do I need an appointment for a repair?',
    alternates: ['Can I just drop in with a flat tyre?', 'How do I book a workshop slot?'],
    content:
      'Flat tyres and small repairs are done while you wait, without an appointment. For a service please book a slot by phone or at the counter; in spring the wait is about a week.',
  },
  {
    kind: 'text',
    category: 'rental',
    title: 'Rental bikes',
    content:
      'We rent out city bikes, e-bikes and cargo bikes all year round. A city bike is 15 EUR a day, an e-bike 39 EUR and a cargo bike 45 EUR. From the third day on every day is 20 percent less. Helmet and lock are included. Please bring an identity card and a deposit of 100 EUR, in cash or by card.\n\nBikes can be picked up from 9:00 and must be back half an hour before closing time. Reservations are free and can be cancelled until 18:00 on the day before.',
  },
  {
    kind: 'text',
    category: 'sales',
    title: 'Test rides',
    content:
      'Every bike in the shop can be tried before you buy it. A test ride takes up to an hour, is free of charge and needs only an identity card. For e-bikes we recommend a weekend test: 60 EUR from Friday to Monday, taken off the price when you buy.',
  },
  {
    kind: 'qa',
    category: 'sales',
    question: 'Can I pay in instalments or lease a bike through my employer?',
    alternates: ['Do you offer job bike leasing?', 'Which payment methods do you take?'],
    content:
      'You can pay in cash, by card, by bank transfer or in 12 interest-free instalments from 600 EUR. We also work with the usual job bike leasing schemes; bring the approval from your employer and we do the rest.',
  },
  {
    kind: 'text',
    category: 'sales',
    title: 'Returns and warranty',
    content:
      'Accessories and clothing can be returned unused within 30 days with the receipt. New bikes have a warranty of two years, frames of five years. The first inspection after 300 kilometres or three months is free. Wear parts such as chains, brake pads and tyres are not covered.',
  },
  {
    kind: 'text',
    category: 'sales',
    title: 'Trade-in of used bikes',
    content:
      'We buy used bikes in working order, at most eight years old, and take their value off a new one. Bring the bike and proof of purchase; the valuation takes about 20 minutes and is free. Used bikes that we sell are checked in our workshop and have one year of warranty.',
  },
  {
    kind: 'qa',
    category: 'delivery',
    question: 'Do you deliver?',
    alternates: ['How much is shipping?', 'Can you bring the bike to my home?'],
    content:
      'Within the city we deliver assembled bikes for 25 EUR, usually within three working days. Parts and accessories are sent by parcel for 5.90 EUR, free from 80 EUR. We do not ship complete bikes abroad.',
  },
]
