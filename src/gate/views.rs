//! Which saved views a person is shown: a shared one only if it tells them nothing new.
use crate::app::App;
use crate::model::{Known, Operator, PoolChoice, SavedView, Scope};

/// The person's own views, then those that owners share. A view that names a Pool or an action
/// out of scope is left out as a whole: its query stands in the link.
pub fn views(app: &App, operator: &Operator, scope: &Scope) -> Vec<SavedView> {
    let store = app.store();
    let mut views = store.saved_views.own(operator);
    let shared = store.saved_views.shared_by_others(operator);
    if !shared.is_empty() {
        let pools = store.pools.list(scope);
        let pools: Vec<_> = pools.iter().map(PoolChoice::from).collect();
        let known = Known {
            pools: &pools,
            seen: &store.events.seen_actions(scope),
        };
        views.extend(shared.into_iter().filter(|it| it.is_whole(&known)));
    }
    views
}
