// What tells images of one series apart besides their geometry.
#pragma once
#include "support.hpp"

namespace cd {

/// Fills every trait that stands at the top level of an image.
void fill_traits(DcmItem &data, cd_trait_text *traits);
/// Sets a trait; what is not printable ASCII becomes a question mark.
void put_trait(cd_trait_text &to, const std::string &value);
/// The digits and the point of a date or time, so that earlier sorts first.
std::string digits(const std::string &text);
/// The keyword of the first attribute of geometry or rescale that has a decimal comma; empty if there is none.
std::string decimal_comma(DcmItem &data);

}  // namespace cd
