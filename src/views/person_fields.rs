//! Fields of the forms that make somebody an operator: role, Pools.
use maud::{Markup, html};

use super::parts;

/// A Pool that can be chosen, and whether it is.
pub struct PoolBox<'a> {
    pub slug: &'a str,
    pub name: &'a str,
    pub is_chosen: bool,
}

pub fn email(value: &str, hint: Option<&str>) -> Markup {
    let described_by = hint.map(|_| "pe-h");
    html! {
        div.ctl {
            label for="pe" { "Email" }
            input #pe name="email" type="email" required maxlength="254" autocomplete="off"
                value=(value) aria-describedby=[described_by];
            @if let Some(hint) = hint { p.hint #pe-h { (hint) } }
        }
    }
}

pub fn role(is_owner: bool) -> Markup {
    html! {
        fieldset.ctl {
            legend { "Role" }
            div.rads {
                @for (value, for_owner) in [("admin", false), ("owner", true)] {
                    label {
                        input type="radio" name="role" value=(value)
                            checked[is_owner == for_owner];
                        (parts::role(for_owner))
                    }
                }
            }
            p.hint { "Owners see every event and change everything. Admins see their Pools." }
        }
    }
}

pub fn pools(pools: &[PoolBox]) -> Markup {
    html! {
        @if !pools.is_empty() {
            fieldset.ctl {
                legend { "Pools of an admin" }
                div.rads {
                    @for pool in pools {
                        label {
                            input type="checkbox" name="pool" value=(pool.slug)
                                checked[pool.is_chosen];
                            (pool.name)
                        }
                    }
                }
                p.hint { "For an owner they make no difference." }
            }
        }
    }
}
