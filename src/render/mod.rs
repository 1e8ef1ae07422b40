//! A plan, an outcome, a diagnostic as text or JSON. Pure: returns strings and changes nothing.
