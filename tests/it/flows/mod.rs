//! What people come for, from the first page to the last: with the keyboard alone, and without
//! scripts. Whatever is secret on the way is looked for afterwards, everywhere.
mod eyes;
mod hands;
mod invite;
mod keys;
mod once;
mod pools;
mod second_factor;
mod secrets;
mod set_up;
mod settings;
mod stage;
mod sweep;

/// Each flow goes both ways.
macro_rules! flows {
    ($($name:ident: $part:ident::$flow:ident,)*) => {
        mod with_the_keyboard_alone {
            $(
                #[test]
                fn $name() {
                    super::$part::$flow(super::hands::Way::Keys);
                }
            )*
        }
        mod without_scripts {
            $(
                #[test]
                fn $name() {
                    super::$part::$flow(super::hands::Way::NoScript);
                }
            )*
        }
    };
}

flows! {
    the_first_owner_sets_the_instance_up: set_up::flow,
    a_code_of_an_app_or_a_recovery_code_is_the_second_half_of_signing_in: second_factor::flow,
    whoever_is_invited_gets_in_by_the_link: invite::flow,
    a_key_is_made_and_shown_once: keys::creation,
    a_rotated_key_opens_with_both_secrets_for_a_while: keys::rotation,
    a_pool_is_archived_and_then_deleted_by_its_slug: pools::flow,
    whoever_saves_settings_second_loses_nothing: settings::flow,
    tokens_documents_and_temporary_passwords_are_seen_once_or_never: once::flow,
}
